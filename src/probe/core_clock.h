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
// Fences: nothing measured starts before the reading or ends after it. Not rdtscp: hypervisors hide it, and
// then it may be no instruction at all.
inline std::uint64_t ticks_now() {
  _mm_lfence();
  const auto ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}
// Recent counters advance in steps of a 100 MHz clock, 20 to 40 ticks each: additions must take many of them.
inline constexpr std::size_t kChunkAccesses = 4096;
inline constexpr std::size_t kCalibrationSteps = 8192;
#elif defined(__aarch64__)
// The counter runs at 24 MHz … 1 GHz, so pieces are longer: 50 µs and more.
inline std::uint64_t ticks_now() {
  std::uint64_t ticks = 0;
  asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks)::"memory");
  return ticks;
}
inline constexpr std::size_t kChunkAccesses = 65536;
inline constexpr std::size_t kCalibrationSteps = 196608;
#else
inline std::uint64_t ticks_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}
inline constexpr std::size_t kChunkAccesses = 65536;
inline constexpr std::size_t kCalibrationSteps = 196608;
#endif

inline constexpr std::size_t kAdditionsUnrolled = 16;

// So many dependent one-cycle additions. Registers only, since adding a constant may be folded away when
// registers are renamed.
#if defined(__x86_64__)
[[gnu::always_inline]] inline void add_unrolled(std::uint64_t& sum, std::uint64_t step) {
  asm volatile(
      ".rept 16\n\t"
      "add %1, %0\n\t"
      ".endr"
      : "+r"(sum)
      : "r"(step)
      : "cc");
}
#elif defined(__aarch64__)
[[gnu::always_inline]] inline void add_unrolled(std::uint64_t& sum, std::uint64_t step) {
  asm volatile(
      ".rept 16\n\t"
      "add %0, %0, %1\n\t"
      ".endr"
      : "+r"(sum)
      : "r"(step));
}
#else
// The empty statement hides the sum from the compiler, which then cannot join two additions.
[[gnu::always_inline]] inline void add_unrolled(std::uint64_t& sum, std::uint64_t step) {
  for (std::size_t i = 0; i < kAdditionsUnrolled; ++i) {
    sum += step;
    asm volatile("" : "+r"(sum));
  }
}
#endif

// What one piece took in ticks, each with what reading the clock twice takes.
struct PieceTicks {
  std::uint64_t work = 0;
  std::uint64_t additions = 0;  // right after it
};

// Times `work`, then `additions` of them, a multiple of 16. From the start of `settle` to the last reading of
// the clock no memory is touched but what the two touch themselves: a stack or a heap page used in between
// takes a TLB entry away, and where the oldest entry goes first, a full TLB then misses on every page of the
// next lap.
template <class Settle, class Work>
[[gnu::always_inline]] inline PieceTicks time_piece(const Settle& settle, const Work& work,
                                                    std::size_t additions) {
  std::uint64_t sum = 1;
  std::uint64_t step = 3;
  asm volatile("" : "+r"(sum), "+r"(step));
  settle();
  const auto start = ticks_now();
  work();
  const auto end = ticks_now();
  for (std::size_t i = 0; i < additions / kAdditionsUnrolled; ++i) add_unrolled(sum, step);
  const auto after = ticks_now();
  asm volatile("" ::"r"(sum));
  return {.work = end - start, .additions = after - end};
}

}  // namespace pageloupe
