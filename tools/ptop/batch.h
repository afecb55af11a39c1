// SPDX-License-Identifier: MIT
// Frames one after another on standard output: for people as `top -b`, for programs as a stream of samples.
#pragma once

#include <memory>

#include "bpf/task_scan.h"
#include "ptop/options.h"
#include "render/output.h"

namespace pageloupe::ptop {

// Until as many frames were written as were asked for, or nobody reads them. Returns the exit code. `scan`:
// in place of the files of processes, where it is not nullptr.
[[nodiscard]] int run_batch(const ProcFs& procfs, const Request& request, std::shared_ptr<TaskScan> scan,
                            Output& output);

inline constexpr Shape kStreamShape{.schema = "pageloupe.ptop/1",
                                    .sections = "samples",
                                    .section = "sample",
                                    .rows = "processes",
                                    .row = "process"};

}  // namespace pageloupe::ptop
