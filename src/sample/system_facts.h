// SPDX-License-Identifier: MIT
// What one must know of the machine to make sense of a process.
#pragma once

#include "proc/procfs.h"
#include "sample/cpu_facts.h"

namespace pageloupe {

struct SystemFacts {
  Bytes page_size{4096};
  std::uint64_t ticks_per_second = 100;
  std::size_t cpus = 1;
  Timestamp now{};
  Timestamp boot{};
  Nanoseconds uptime{};
  Bytes mem_total{};
  CpuFacts cpu{};  // read_cpu_facts() fills it, where a column needs it

  [[nodiscard]] Nanoseconds duration(Ticks ticks) const {
    return {ticks.value / ticks_per_second * 1'000'000'000 +
            ticks.value % ticks_per_second * 1'000'000'000 / ticks_per_second};
  }
};

// Page size and ticks of this system; stat, uptime and meminfo below the given /proc. What cannot be read
// stays as it is above.
[[nodiscard]] SystemFacts read_system_facts(const ProcFs& procfs, Timestamp now);

// How many digits the longest process ID may have: those of sys/kernel/pid_max less one, as ps counts them,
// and 5 at least.
[[nodiscard]] int pid_digits(const ProcFs& procfs);

}  // namespace pageloupe
