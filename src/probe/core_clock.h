// SPDX-License-Identifier: MIT
// Ticks of the finest clock of the architecture, and work of a known number of core cycles to compare it
// with.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#include <ctime>
#endif

namespace pageloupe {

#if defined(__x86_64__)
// Fences: nothing measured starts before the first reading or ends after the second.
inline std::uint64_t ticks_before() {
  _mm_lfence();
  const auto ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}
// Not rdtscp: hypervisors hide it, and then it may be no instruction at all.
inline std::uint64_t ticks_after() { return ticks_before(); }
inline constexpr std::size_t kChunkAccesses = 4096;
inline constexpr std::size_t kCalibrationSteps = 4096;
#elif defined(__aarch64__)
// The counter runs at 24 MHz … 1 GHz, so pieces are longer: 50 µs and more.
inline std::uint64_t ticks_before() {
  std::uint64_t ticks = 0;
  asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks)::"memory");
  return ticks;
}
inline std::uint64_t ticks_after() { return ticks_before(); }
inline constexpr std::size_t kChunkAccesses = 65536;
inline constexpr std::size_t kCalibrationSteps = 196608;
#else
inline std::uint64_t ticks_before() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}
inline std::uint64_t ticks_after() { return ticks_before(); }
inline constexpr std::size_t kChunkAccesses = 65536;
inline constexpr std::size_t kCalibrationSteps = 196608;
#endif

// Ticks that so many dependent one-cycle additions take now, with what reading the clock twice takes; `steps`
// is a multiple of 16. Registers only, since adding a constant may be folded away when registers are renamed.
[[nodiscard]] double addition_ticks(std::size_t steps);

}  // namespace pageloupe
