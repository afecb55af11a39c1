// SPDX-License-Identifier: MIT
// /proc/stat: the whole machine since boot; see proc(5). Costs 20 µs and more: it counts the interrupts of
// all CPUs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// Where a CPU spent its time. Kernels before 2.6.33 end earlier: what they lack is 0.
struct CpuTimes {
  Ticks user{};  // guest is part of it
  Ticks nice{};  // guest_nice is part of it
  Ticks system{};
  Ticks idle{};
  Ticks iowait{};  // idle with requests outstanding; may go back, on several CPUs
  Ticks irq{};
  Ticks softirq{};
  Ticks steal{};  // taken by the host that this machine is a guest of
  Ticks guest{};
  Ticks guest_nice{};

  // All of the time, nothing of it twice.
  [[nodiscard]] Ticks total() const { return user + nice + system + idle + iowait + irq + softirq + steal; }
  [[nodiscard]] Ticks busy() const { return user + nice + system + irq + softirq + steal; }
};

struct NumberedCpuTimes {
  std::uint32_t cpu = 0;
  CpuTimes times{};
};

struct SystemStat {
  CpuTimes cpu{};                            // of all CPUs, also of those that are offline now
  std::vector<NumberedCpuTimes> cpus{};      // those that are online
  std::optional<Timestamp> btime{};          // boot, in whole seconds; moves when the clock is set
  std::optional<std::uint64_t> ctxt{};       // context switches
  std::optional<std::uint64_t> processes{};  // forks and clones
  std::optional<std::uint64_t> procs_running{};
  std::optional<std::uint64_t> procs_blocked{};  // waiting for storage

  [[nodiscard]] std::size_t online_cpus() const { return cpus.size(); }
};

// Errors: malformed, with its line. Lines that are not known here are passed over.
[[nodiscard]] Result<SystemStat> parse_system_stat(std::string_view text);

// The same into a record that keeps its memory from text to text; after an error it holds parts of both.
[[nodiscard]] Result<void> parse_system_stat(std::string_view text, SystemStat& stat);

}  // namespace pageloupe
