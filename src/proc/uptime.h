// SPDX-License-Identifier: MIT
// /proc/uptime; see proc(5). Costs 3 µs and a loop over the CPUs.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// In hundredths of a second. Inside a time namespace the first is that of the namespace.
struct Uptime {
  Nanoseconds up{};    // since boot, sleep included: the clock that a process's starttime counts on
  Nanoseconds idle{};  // summed over all CPUs
};

// Errors: malformed.
[[nodiscard]] Result<Uptime> parse_uptime(std::string_view text);

}  // namespace pageloupe
