// SPDX-License-Identifier: MIT
#include "sample/address_space.h"

#include <array>
#include <span>

namespace pageloupe {
namespace {

// Bits of the user's half: x86 with four and five levels of page tables; arm64 with three, with four, and
// with 52-bit addresses; Sv39, Sv48 and Sv57 of RISC-V.
constexpr auto kX86 = std::to_array<unsigned>({47, 56});
constexpr auto kArm = std::to_array<unsigned>({39, 48, 52});
constexpr auto kRiscv = std::to_array<unsigned>({38, 47, 56});

std::span<const unsigned> sizes_of(AddressRules rules) {
  switch (rules) {
    case AddressRules::x86: return kX86;
    case AddressRules::arm: return kArm;
    case AddressRules::riscv: return kRiscv;
    case AddressRules::unknown: return {};
  }
  return {};
}

}  // namespace

AddressSpace address_space_of(AddressRules rules, Address last, std::optional<Address> stack_end) {
  constexpr std::uint64_t kFourGiB = 1ULL << 32;
  // Loaded anywhere, a 64-bit program has its stack near the end of its addresses.
  if (stack_end.value_or(last).value <= kFourGiB && last.value <= kFourGiB)
    return {.bits = 32, .user_end = Address{kFourGiB}};
  for (const auto bits : sizes_of(rules)) {
    const auto end = 1ULL << bits;
    if (last.value <= end)
      return {.bits = bits, .user_end = Address{end}, .kernel_start = Address{~(end - 1)}};
  }
  return {};
}

}  // namespace pageloupe
