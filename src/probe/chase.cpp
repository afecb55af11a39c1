// SPDX-License-Identifier: MIT
#include "probe/chase.h"

#include <array>

namespace pageloupe {
namespace {

constexpr std::size_t kUnrolled = 8;

#if defined(__x86_64__)
inline void follow_once(std::uintptr_t& at) { asm volatile("mov (%0), %0" : "+r"(at)::"memory"); }
inline void follow_eight(std::uintptr_t& at) {
  asm volatile(
      ".rept 8\n\t"
      "mov (%0), %0\n\t"
      ".endr"
      : "+r"(at)::"memory");
}
#elif defined(__aarch64__)
inline void follow_once(std::uintptr_t& at) { asm volatile("ldr %0, [%0]" : "+r"(at)::"memory"); }
inline void follow_eight(std::uintptr_t& at) {
  asm volatile(
      ".rept 8\n\t"
      "ldr %0, [%0]\n\t"
      ".endr"
      : "+r"(at)::"memory");
}
#else
inline void follow_once(std::uintptr_t& at) {
  at = *reinterpret_cast<const std::uintptr_t*>(at);
  asm volatile("" : "+r"(at)::"memory");
}
inline void follow_eight(std::uintptr_t& at) {
  for (std::size_t i = 0; i < kUnrolled; ++i) follow_once(at);
}
#endif

[[gnu::always_inline]] inline void follow(std::uintptr_t& at, std::size_t accesses) {
  for (std::size_t i = 0; i < accesses / kUnrolled; ++i) follow_eight(at);
  for (std::size_t i = 0; i < accesses % kUnrolled; ++i) follow_once(at);
}

[[gnu::always_inline]] inline void follow(std::uintptr_t& zero, std::span<const std::uintptr_t> addresses,
                                          std::size_t laps) {
  for (std::size_t lap = 0; lap < laps; ++lap) {
    for (const auto address : addresses) {
      zero += address;
      follow_once(zero);
    }
  }
}

template <std::size_t N>
constexpr std::array<std::byte, N> bytes(const std::array<unsigned char, N>& values) {
  std::array<std::byte, N> made{};
  for (std::size_t i = 0; i < N; ++i) made[i] = std::byte{values[i]};
  return made;
}

#if defined(__x86_64__)
// mov (%rdi),%rax; add $8,%rdi; jmp *%rax
constexpr auto kJump = bytes<9>({0x48, 0x8b, 0x07, 0x48, 0x83, 0xc7, 0x08, 0xff, 0xe0});
constexpr auto kReturn = bytes<1>({0xc3});
#elif defined(__aarch64__)
// ldr x9, [x0], #8; br x9
constexpr auto kJump = bytes<8>({0x09, 0x84, 0x40, 0xf8, 0x20, 0x01, 0x1f, 0xd6});
constexpr auto kReturn = bytes<4>({0xc0, 0x03, 0x5f, 0xd6});
#else
constexpr auto kJump = bytes<0>({});
constexpr auto kReturn = bytes<0>({});
#endif

#if defined(__x86_64__)
inline void jump_through(std::span<const std::uintptr_t> table) {
  const auto* next = table.data() + 1;
  // The call must not write into the 128 bytes below the stack pointer, which the compiler may use.
  asm volatile(
      "sub $128, %%rsp\n\t"
      "call *%1\n\t"
      "add $128, %%rsp"
      : "+D"(next)
      : "r"(table[0])
      : "rax", "cc", "memory");
}
#elif defined(__aarch64__)
inline void jump_through(std::span<const std::uintptr_t> table) {
  register const std::uintptr_t* next asm("x0") = table.data() + 1;
  asm volatile("blr %1" : "+r"(next) : "r"(table[0]) : "x9", "x30", "cc", "memory");
}
#else
void jump_through(std::span<const std::uintptr_t> /*table*/) {}
#endif

}  // namespace

void link_cycle(std::span<const std::uintptr_t> addresses) {
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto next = addresses[i + 1 == addresses.size() ? 0 : i + 1];
    // An address is what a link is.  NOLINTNEXTLINE(performance-no-int-to-ptr)
    *reinterpret_cast<volatile std::uintptr_t*>(addresses[i]) = next;
  }
}

PieceTicks time_links(std::uintptr_t start, std::size_t length, PieceLaps laps) {
  return time_piece([&] { follow(start, laps.settle * length); }, [&] { follow(start, laps.timed * length); },
                    kCalibrationSteps);
}

PieceTicks time_table(std::span<const std::uintptr_t> addresses, PieceLaps laps) {
  std::uintptr_t zero = 0;
  return time_piece([&] { follow(zero, addresses, laps.settle); },
                    [&] { follow(zero, addresses, laps.timed); }, kCalibrationSteps);
}

bool can_jump() { return !kJump.empty(); }
std::span<const std::byte> jump_code() { return kJump; }
std::span<const std::byte> return_code() { return kReturn; }

PieceTicks time_jumps(std::span<const std::uintptr_t> table, PieceLaps laps) {
  const auto go_round = [&](std::size_t count) {
    for (std::size_t lap = 0; lap < count; ++lap) jump_through(table);
  };
  return time_piece([&] { go_round(laps.settle); }, [&] { go_round(laps.timed); }, kCalibrationSteps);
}

}  // namespace pageloupe
