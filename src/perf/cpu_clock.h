// SPDX-License-Identifier: MIT
// The CPU clock of another process or thread, which covers all that ran in it.
#pragma once

#include <optional>

#include "base/units.h"

namespace pageloupe::perf {

enum class ClockOf : std::uint8_t { process, thread };

// CPU time since it began, of the threads that have ended too. Nothing once it is gone.
[[nodiscard]] std::optional<Nanoseconds> cpu_clock(Pid id, ClockOf whose);

}  // namespace pageloupe::perf
