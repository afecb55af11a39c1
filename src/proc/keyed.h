// SPDX-License-Identifier: MIT
// Numbers under the kernel's keys ("Rss:  12 kB"), as smaps, status and meminfo give them. A key is an enum
// value, its spelling a row of a table in enum order; absent keys are absent, not zero.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace pageloupe {

// Values of an enum that ends in `count_`: bytes where the kernel said kB, else plain numbers.
template <class Key>
class KeyedValues {
 public:
  static constexpr std::size_t kCount = static_cast<std::size_t>(Key::count_);

  [[nodiscard]] std::optional<std::uint64_t> operator[](Key key) const {
    if (!present_[index(key)]) return std::nullopt;
    return values_[index(key)];
  }
  [[nodiscard]] std::optional<Bytes> bytes(Key key) const {
    const auto value = (*this)[key];
    return value ? std::optional(Bytes{*value}) : std::nullopt;
  }
  void set(Key key, std::uint64_t value) {
    values_[index(key)] = value;
    present_[index(key)] = true;
  }

  void clear() { present_.reset(); }
  [[nodiscard]] bool empty() const { return present_.none(); }

  // Adds what the other has; a key that only one of them has is present in the sum.
  KeyedValues& operator+=(const KeyedValues& other) {
    for (std::size_t i = 0; i < kCount; ++i) {
      if (!other.present_[i]) continue;
      values_[i] = (present_[i] ? values_[i] : 0) + other.values_[i];
    }
    present_ |= other.present_;
    return *this;
  }

 private:
  static constexpr std::size_t index(Key key) { return static_cast<std::size_t>(key); }

  std::array<std::uint64_t, kCount> values_{};
  std::bitset<kCount> present_;
};

template <class Key>
struct KeySpelling {
  Key key;
  std::string_view text;
};

// True when row i of the table is the enum's value i, for all of them.
template <class Key, std::size_t N>
consteval bool in_enum_order(const std::array<KeySpelling<Key>, N>& table) {
  if (N != static_cast<std::size_t>(Key::count_)) return false;
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(table[i].key) != i) return false;
  }
  return true;
}

template <class Key, std::size_t N>
[[nodiscard]] constexpr std::optional<Key> find_key(const std::array<KeySpelling<Key>, N>& table,
                                                    std::string_view text) {
  for (const auto& row : table) {
    if (row.text == text) return row.key;
  }
  return std::nullopt;
}

// "   12 kB" is 12,288, "  3" is 3. Nothing for any other text, or where the bytes do not fit.
[[nodiscard]] inline std::optional<std::uint64_t> parse_quantity(std::string_view text) {
  const auto value = to_number<std::uint64_t>(take_word(text));
  if (!value || text.empty()) return value;
  if (text != " kB") return std::nullopt;
  const auto bytes = from_kib(*value);
  return bytes ? std::optional(bytes->value) : std::nullopt;
}

}  // namespace pageloupe
