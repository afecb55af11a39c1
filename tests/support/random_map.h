// SPDX-License-Identifier: MIT
// Maps of all sorts, the same for the same seed.
#pragma once

#include <random>
#include <vector>

#include "sample/address_layout.h"

namespace pageloupe {

inline std::vector<PlacedMapping> random_map(std::uint32_t seed) {
  std::mt19937_64 random(seed);
  const auto up_to = [&random](std::uint64_t most) { return random() % (most + 1); };
  const auto power = [&](unsigned bits) { return (1ULL << up_to(bits)) + up_to(3); };
  std::vector<PlacedMapping> map;
  std::uint64_t at = 0x400000;
  const auto count = 1 + up_to(seed % 10 == 0 ? 3000 : 120);
  for (std::uint64_t i = 0; i < count; ++i) {
    // Most mappings touch the one before; some gaps are of a page, some of a terabyte.
    if (up_to(3) == 0) at += power(up_to(9) == 0 ? 28 : 8) << 12U;
    const auto size = power(up_to(5) == 0 ? 20 : 6) << 12U;
    if (at + size > (1ULL << 47)) break;
    const auto kind = static_cast<VmaKind>(up_to(static_cast<std::uint64_t>(VmaKind::device)));
    map.push_back({.start = Address{at},
                   .end = Address{at + size},
                   .kind = kind,
                   .family = family_of(kind),
                   .resident = Bytes{up_to(size >> 12U) << 12U},
                   .name = "name" + std::to_string(up_to(9))});
    at += size;
  }
  if (seed % 3 == 0) {
    map.push_back({.start = Address{0xffffffffff600000},
                   .end = Address{0xffffffffff601000},
                   .kind = VmaKind::vsyscall,
                   .family = VmaFamily::kernel,
                   .resident = Bytes{},
                   .name = "[vsyscall]"});
  }
  return map;
}

}  // namespace pageloupe
