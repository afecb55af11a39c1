// SPDX-License-Identifier: MIT
#include "probe/core_clock.h"

namespace pageloupe {
namespace {

constexpr std::size_t kUnrolled = 16;

#if defined(__x86_64__)
inline void add_chain(std::uint64_t& sum, std::uint64_t step) {
  asm volatile(
      ".rept 16\n\t"
      "add %1, %0\n\t"
      ".endr"
      : "+r"(sum)
      : "r"(step)
      : "cc");
}
#elif defined(__aarch64__)
inline void add_chain(std::uint64_t& sum, std::uint64_t step) {
  asm volatile(
      ".rept 16\n\t"
      "add %0, %0, %1\n\t"
      ".endr"
      : "+r"(sum)
      : "r"(step));
}
#else
// The empty statement hides the sum from the compiler, which then cannot join two additions.
inline void add_chain(std::uint64_t& sum, std::uint64_t step) {
  for (std::size_t i = 0; i < kUnrolled; ++i) {
    sum += step;
    asm volatile("" : "+r"(sum));
  }
}
#endif

}  // namespace

double addition_ticks(std::size_t steps) {
  std::uint64_t sum = 1;
  std::uint64_t step = 3;
  asm volatile("" : "+r"(sum), "+r"(step));
  const auto before = ticks_before();
  for (std::size_t i = 0; i < steps / kUnrolled; ++i) add_chain(sum, step);
  const auto after = ticks_after();
  asm volatile("" ::"r"(sum));
  return static_cast<double>(after - before);
}

}  // namespace pageloupe
