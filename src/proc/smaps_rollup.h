// SPDX-License-Identifier: MIT
// /proc/PID/smaps_rollup: the sum of smaps, made by the kernel; see proc(5). Walks the page tables: 8 ms a
// GiB.
#pragma once

#include "proc/smaps_usage.h"

namespace pageloupe {

// Keys that are not known here are passed over. Errors: malformed.
[[nodiscard]] Result<SmapsUsage> parse_smaps_rollup(std::string_view text);

}  // namespace pageloupe
