// SPDX-License-Identifier: MIT
#include "perf/cpu_clock.h"

#include <ctime>

namespace pageloupe::perf {

std::optional<Nanoseconds> cpu_clock(Pid id, ClockOf whose) {
  // linux/posix-timers.h: the complement of the ID, then 4 for a single thread and 2 for CPUCLOCK_SCHED.
  constexpr clockid_t kScheduled = 2;
  constexpr clockid_t kPerThread = 4;
  constexpr clockid_t kFlags = 8;
  const auto clock = ~id.value * kFlags + kScheduled + (whose == ClockOf::thread ? kPerThread : 0);
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return std::nullopt;
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  return Nanoseconds{static_cast<std::uint64_t>(time.tv_sec) * kNsPerSecond +
                     static_cast<std::uint64_t>(time.tv_nsec)};
}

}  // namespace pageloupe::perf
