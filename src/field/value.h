// SPDX-License-Identifier: MIT
// A typed cell, before it is text.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

using Inode = Quantity<struct InodeTag>;

// The first alternative is the reason for having no value. Values order by it first, so rows without a value
// come last in a descending sort. Views must outlive the writing of the cell.
using Value = std::variant<Errc, bool, std::uint64_t, std::int64_t, Bytes, Percent, Address, Inode, Device,
                           Nanoseconds, Timestamp, Rate, Number, ByteChange, std::string_view>;

// What a column's values are, when they are: the same order as the alternatives of Value.
enum class Type : std::uint8_t {
  none,
  flag,
  count,
  integer,
  bytes,
  percent,
  address,
  inode,
  device,
  duration,
  timestamp,
  rate,
  number,
  byte_change,
  text
};

[[nodiscard]] inline bool is_denied(const Value& value) {
  const auto* reason = std::get_if<Errc>(&value);
  return reason != nullptr && *reason == Errc::denied;
}
[[nodiscard]] inline bool has_value(const Value& value) { return !std::holds_alternative<Errc>(value); }

// The Type of what a getter returns: T, std::optional<T> (nothing: unsupported), std::expected<T, Errc>.
template <class T>
consteval Type type_of() {
  if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string_view>) {
    return type_of<typename T::value_type>();
  } else {
    Type found = Type::none;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((std::is_same_v<T, std::variant_alternative_t<I, Value>> ? void(found = static_cast<Type>(I))
                                                                : void()),
       ...);
    }(std::make_index_sequence<std::variant_size_v<Value>>());
    return found;
  }
}

// Writes it where it is wanted: a Value that is returned and copied costs as much again as most getters.
template <class T>
void set_value(Value& to, const T& result) {
  if constexpr (requires { result.error(); }) {
    if (result) return set_value(to, *result);
    to.emplace<Errc>(result.error());
  } else if constexpr (requires { result.has_value(); }) {
    if (result) return set_value(to, *result);
    to.emplace<Errc>(Errc::unsupported);
  } else {
    to = result;
  }
}

template <class T>
[[nodiscard]] Value to_value(const T& result) {
  Value value;
  set_value(value, result);
  return value;
}

}  // namespace pageloupe
