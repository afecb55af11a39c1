// SPDX-License-Identifier: MIT
// What a mapping has that grows and shrinks: each measure is a column of vma_fields().
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace pageloupe {

enum class Measure : std::uint8_t {
  size,
  resident,
  rss,
  pss,
  uss,
  shared,
  dirty,
  swap,
  anonymous,
  huge,
  locked,
  count_
};
inline constexpr std::size_t kMeasureCount = static_cast<std::size_t>(Measure::count_);

inline constexpr std::array<std::string_view, kMeasureCount> kMeasureNames = {
    "size", "resident", "rss", "pss", "uss", "shared", "dirty", "swap", "anonymous", "huge", "locked"};

[[nodiscard]] constexpr std::optional<Measure> find_measure(std::string_view name) {
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    if (kMeasureNames[i] == name) return static_cast<Measure>(i);
  }
  return std::nullopt;
}

// A set of them; the size is in each.
class MeasureSet {
 public:
  constexpr MeasureSet() = default;
  constexpr MeasureSet(std::initializer_list<Measure> measures) {
    for (const auto measure : measures) add(measure);
  }
  [[nodiscard]] static constexpr MeasureSet all() {
    MeasureSet set;
    for (std::size_t i = 0; i < kMeasureCount; ++i) set.add(static_cast<Measure>(i));
    return set;
  }

  constexpr void add(Measure measure) { bits_ |= bit(measure); }
  [[nodiscard]] constexpr bool has(Measure measure) const { return (bits_ & bit(measure)) != 0; }
  // Some are of smaps, for which the kernel walks page tables.
  [[nodiscard]] constexpr bool needs_smaps() const { return bits_ != bit(Measure::size); }
  friend constexpr bool operator==(MeasureSet, MeasureSet) = default;

 private:
  static constexpr std::uint16_t bit(Measure measure) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(measure));
  }
  std::uint16_t bits_ = bit(Measure::size);
};

// A figure of each, in bytes; nothing where the kernel did not say, or was not asked.
class Measures {
 public:
  [[nodiscard]] constexpr std::optional<std::uint64_t> operator[](Measure measure) const {
    const auto i = static_cast<std::size_t>(measure);
    return (std::uint32_t{known_} >> i & 1U) != 0 ? std::optional(values_[i]) : std::nullopt;
  }
  constexpr void set(Measure measure, std::uint64_t value) {
    const auto i = static_cast<std::size_t>(measure);
    values_[i] = value;
    known_ = static_cast<std::uint16_t>(known_ | 1U << i);
  }
  // A value that only one of them has stays.
  constexpr Measures& operator+=(const Measures& other) {
    for (std::size_t i = 0; i < kMeasureCount; ++i) values_[i] += other.values_[i];
    known_ |= other.known_;
    return *this;
  }
  friend constexpr bool operator==(const Measures&, const Measures&) = default;

 private:
  std::array<std::uint64_t, kMeasureCount> values_{};  // 0 where not known
  std::uint16_t known_ = 0;
};

// By how much it grew; what a mapping that is not there has is nothing at all. Nothing where neither is
// known.
[[nodiscard]] constexpr std::optional<std::int64_t> growth(const Measures& before, const Measures& after,
                                                           Measure measure) {
  const auto was = before[measure];
  const auto is = after[measure];
  if (!was && !is) return std::nullopt;
  return static_cast<std::int64_t>(is.value_or(0) - was.value_or(0));
}

}  // namespace pageloupe
