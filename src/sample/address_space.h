// SPDX-License-Identifier: MIT
// Where the addresses of a process end, and where the kernel's begin.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"

namespace pageloupe {

// Whose rules the addresses follow.
enum class AddressRules : std::uint8_t { x86, arm, riscv, unknown };

// Those of the machine that this program was built for.
[[nodiscard]] constexpr AddressRules own_address_rules() {
#if defined(__x86_64__) || defined(__i386__)
  return AddressRules::x86;
#elif defined(__aarch64__)
  return AddressRules::arm;
#elif defined(__riscv)
  return AddressRules::riscv;
#else
  return AddressRules::unknown;
#endif
}

// The kernel's half of 64-bit addresses begins here, whatever the machine uses of it.
inline constexpr Address kKernelHalf{1ULL << 63};

struct AddressSpace {
  unsigned bits = 0;                  // of user space: 47, or 56 with five levels of page tables; 32
  std::optional<Address> user_end{};  // the first address behind user space; nothing where it is not known
  std::optional<Address> kernel_start{};  // the kernel's half; nothing where there is none
};

// `last`: the end of the highest mapping in the user's half. A process on a machine with five levels has
// addresses beyond 47 bits only where it asked for them; what it uses decides. 32-bit programs are told from
// others by their stack: `stack_end`, nothing where no mapping is called one.
[[nodiscard]] AddressSpace address_space_of(AddressRules rules, Address last,
                                            std::optional<Address> stack_end);

}  // namespace pageloupe
