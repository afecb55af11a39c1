// SPDX-License-Identifier: MIT
// On which CPU to measure, and what was taken from it meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <sched.h>
#include <span>
#include <string_view>
#include <vector>

#include "probe/confidence.h"

namespace pageloupe {

// A cpuN line of /proc/stat, in USER_HZ ticks since boot.
struct CpuReading {
  int cpu = 0;
  std::uint64_t busy = 0;        // user, nice, system
  std::uint64_t interrupts = 0;  // irq, softirq
  std::uint64_t steal = 0;
  std::uint64_t total = 0;  // with idle and iowait
};

// The cpuN lines of /proc/stat; what has another shape is left out.
[[nodiscard]] std::vector<CpuReading> parse_cpu_times(std::string_view stat);

// Of `allowed`, the CPU from which least was taken between two readings, then the least busy, then the last;
// the last allowed one if the readings say nothing. Nothing if none is allowed.
[[nodiscard]] std::optional<int> quietest_cpu(std::span<const CpuReading> before,
                                              std::span<const CpuReading> after,
                                              std::span<const int> allowed);

// Share of the time between two readings that the hypervisor gave to others; nothing if no tick passed.
[[nodiscard]] std::optional<double> steal_share(std::span<const CpuReading> before,
                                                std::span<const CpuReading> after, int cpu);

// /proc/stat now; empty if it cannot be read.
[[nodiscard]] std::vector<CpuReading> read_cpu_times();

// Keeps the calling thread on one CPU, and gives it back what it was allowed before.
class CpuPin {
 public:
  // Without a wish, watches all allowed CPUs for 50 ms. denied or unsupported if the wish cannot be met.
  static Result<CpuPin> take(std::optional<int> wish);
  CpuPin(CpuPin&& other) noexcept;
  CpuPin& operator=(CpuPin&&) = delete;
  CpuPin(const CpuPin&) = delete;
  CpuPin& operator=(const CpuPin&) = delete;
  ~CpuPin();

  [[nodiscard]] int cpu() const { return cpu_; }
  // On another CPU now, for instance because an administrator moved the thread.
  [[nodiscard]] bool moved() const;

 private:
  CpuPin(int cpu, const cpu_set_t& before) : cpu_(cpu), before_(before) {}

  int cpu_;
  cpu_set_t before_;
};

}  // namespace pageloupe
