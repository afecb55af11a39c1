// SPDX-License-Identifier: MIT
// The unit of memory above the processes: E goes through them, -E sets one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/units.h"

namespace pageloupe::ptop {

enum class MemoryScale : std::uint8_t { human, kib, mib, gib, tib, pib, eib, count_ };

struct ScaleInfo {
  MemoryScale scale;
  char letter;             // of -E
  std::string_view label;  // "MiB"
  std::uint64_t bytes;
};

inline constexpr auto kScales = std::to_array<ScaleInfo>({
    {MemoryScale::human, '\0', "", 1},
    {MemoryScale::kib, 'k', "KiB", std::uint64_t{1} << 10},
    {MemoryScale::mib, 'm', "MiB", std::uint64_t{1} << 20},
    {MemoryScale::gib, 'g', "GiB", std::uint64_t{1} << 30},
    {MemoryScale::tib, 't', "TiB", std::uint64_t{1} << 40},
    {MemoryScale::pib, 'p', "PiB", std::uint64_t{1} << 50},
    {MemoryScale::eib, 'e', "EiB", std::uint64_t{1} << 60},
});

consteval bool scales_are_in_order() {
  for (std::size_t i = 0; i < kScales.size(); ++i) {
    if (static_cast<std::size_t>(kScales[i].scale) != i) return false;
  }
  return kScales.size() == static_cast<std::size_t>(MemoryScale::count_);
}
static_assert(scales_are_in_order());

[[nodiscard]] constexpr const ScaleInfo& info(MemoryScale scale) {
  return kScales[static_cast<std::size_t>(scale)];
}

// The one that follows, round and round.
[[nodiscard]] constexpr MemoryScale next(MemoryScale scale) {
  return kScales[(static_cast<std::size_t>(scale) + 1) % kScales.size()].scale;
}

// Of the letter that -E takes.
[[nodiscard]] constexpr std::optional<MemoryScale> scale_of(char letter) {
  for (const auto& row : kScales) {
    if (row.letter == letter && letter != '\0') return row.scale;
  }
  return std::nullopt;
}

[[nodiscard]] constexpr double scaled(Bytes size, MemoryScale scale) {
  return static_cast<double>(size.value) / static_cast<double>(info(scale).bytes);
}

}  // namespace pageloupe::ptop
