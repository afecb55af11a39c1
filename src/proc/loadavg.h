// SPDX-License-Identifier: MIT
// /proc/loadavg; see proc(5). Costs 3 µs.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// Tasks that run, want to, or wait uninterruptibly, decaying over 1, 5 and 15 minutes.
struct LoadAverage {
  double one = 0;
  double five = 0;
  double fifteen = 0;
  std::uint64_t runnable = 0;  // tasks now
  std::uint64_t tasks = 0;     // that exist: threads, not processes
  Pid last_pid{};              // given last, in the reader's PID namespace
};

// Errors: malformed.
[[nodiscard]] Result<LoadAverage> parse_loadavg(std::string_view text);

}  // namespace pageloupe
