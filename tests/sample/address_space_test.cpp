// SPDX-License-Identifier: MIT
#include "sample/address_space.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

AddressSpace of(AddressRules rules, std::uint64_t last, std::optional<std::uint64_t> stack_end = {}) {
  return address_space_of(rules, Address{last},
                          stack_end ? std::optional(Address{*stack_end}) : std::nullopt);
}

}  // namespace

TEST_CASE("four levels of x86 page tables end at 47 bits", "[sample]") {
  const auto space = of(AddressRules::x86, 0x7ffd1c311000, 0x7ffd1c311000);
  CHECK(space.bits == 47);
  CHECK(space.user_end == Address{0x800000000000});
  CHECK(space.kernel_start == Address{0xffff800000000000});
}

TEST_CASE("addresses beyond 47 bits need five levels", "[sample]") {
  const auto space = of(AddressRules::x86, 0x800000001000, 0x7ffd1c311000);
  CHECK(space.bits == 56);
  CHECK(space.user_end == Address{0x100000000000000});
  CHECK(space.kernel_start == Address{0xff00000000000000});
}

TEST_CASE("a process whose stack is below 4 GiB has 32-bit addresses", "[sample]") {
  const auto space = of(AddressRules::x86, 0xf7fd8000, 0xffa1e000);
  CHECK(space.bits == 32);
  CHECK(space.user_end == Address{0x100000000});
  CHECK_FALSE(space.kernel_start);
  CHECK(of(AddressRules::unknown, 0xbf000000, 0xc0000000).bits == 32);
  CHECK(of(AddressRules::x86, 0x7f0000000000, 0x80000000).bits == 47);
}

TEST_CASE("arm64 has 39, 48 or 52 bits, as many as are used", "[sample]") {
  CHECK(of(AddressRules::arm, 0x7ff1234000).user_end == Address{0x8000000000});
  CHECK(of(AddressRules::arm, 0xffffd1234000).bits == 48);
  CHECK(of(AddressRules::arm, 0xffffd1234000).kernel_start == Address{0xffff000000000000});
  CHECK(of(AddressRules::arm, 0xfffffd1234000).bits == 52);
}

TEST_CASE("of machines whose rules are not known no end is claimed", "[sample]") {
  CHECK_FALSE(of(AddressRules::unknown, 0x3ffff000000).user_end);
}

}  // namespace pageloupe
