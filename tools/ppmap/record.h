// SPDX-License-Identifier: MIT
// Maps into a recording.
#pragma once

#include <span>
#include <string>

#include "ppmap/request.h"
#include "proc/procfs.h"

namespace pageloupe::ppmap {

// Samples of these processes, once, or again and again until the count is reached, all have ended or a signal
// comes. Returns the exit code: 0; 1 when nothing could be read or written.
[[nodiscard]] int record_maps(const Request& request, std::span<const std::string> operands,
                              const ProcFs& procfs);

}  // namespace pageloupe::ppmap
