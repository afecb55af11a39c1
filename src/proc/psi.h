// SPDX-License-Identifier: MIT
// /proc/pressure/{cpu,memory,io} and the *.pressure files of cgroups; see the kernel's accounting/psi.rst.
// Costs 5 µs. Where pressure is not accounted, opening the file fails: unsupported.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// What share of the time was lost to waiting, over the last 10, 60 and 300 seconds, and in all since boot.
struct PressureTimes {
  Percent avg10{};
  Percent avg60{};
  Percent avg300{};
  Nanoseconds total{};  // the kernel counts microseconds
};

struct Pressure {
  PressureTimes some{};                 // at least one task waited
  std::optional<PressureTimes> full{};  // all of them did; of the whole machine's cpu it is 0 or missing
};

// Errors: malformed, with its line.
[[nodiscard]] Result<Pressure> parse_pressure(std::string_view text);

}  // namespace pageloupe
