// SPDX-License-Identifier: MIT
// Frames one after another on standard output: for people as `top -b`, for programs as a stream of samples.
#pragma once

#include "ptop/options.h"
#include "render/output.h"

namespace pageloupe::ptop {

// Until as many frames were written as were asked for, or nobody reads them. Returns the exit code.
[[nodiscard]] int run_batch(const ProcFs& procfs, const Request& request, Output& output);

inline constexpr Shape kStreamShape{.schema = "pageloupe.ptop/1",
                                    .sections = "samples",
                                    .section = "sample",
                                    .rows = "processes",
                                    .row = "process"};

}  // namespace pageloupe::ptop
