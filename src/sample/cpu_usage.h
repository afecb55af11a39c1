// SPDX-License-Identifier: MIT
// Where CPUs spent their time between two looks at /proc/stat.
#pragma once

#include <optional>

#include "proc/system_stat.h"

namespace pageloupe {

CpuTimes& operator+=(CpuTimes& sum, const CpuTimes& other);

// What passed of each kind. Where a counter went back, as iowait may, that is nothing.
[[nodiscard]] CpuTimes time_between(const CpuTimes& before, const CpuTimes& now);

// The same of `now.cpus[index]`; nothing where that CPU was offline before.
[[nodiscard]] std::optional<CpuTimes> time_between(const SystemStat& before, const SystemStat& now,
                                                   std::size_t index);

// Per cent of that time; 0 of no time.
[[nodiscard]] inline double share_of(Ticks part, const CpuTimes& time) {
  const auto total = time.total().value;
  return total == 0 ? 0 : 100.0 * static_cast<double>(part.value) / static_cast<double>(total);
}

}  // namespace pageloupe
