// SPDX-License-Identifier: MIT
// /proc/PID/statm; see proc(5). Exact, and the cheapest source of VSZ and RSS (7 µs); all zero for a process
// without memory.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct PidStatm {
  Pages size{};      // VmSize
  Pages resident{};  // VmRSS
  Pages shared{};    // RssFile + RssShmem
  Pages text{};
  Pages data{};  // data + stack
};

// Errors: malformed.
[[nodiscard]] Result<PidStatm> parse_statm(std::string_view text);

}  // namespace pageloupe
