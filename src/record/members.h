// SPDX-License-Identifier: MIT
// A record as a table of its members: one row is the name of a member in JSON and how it is written, read and
// told from another.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "record/member_values.h"

namespace pageloupe {

template <class Record>
struct Member {
  std::string_view name{};
  void (*write)(Buffer& buffer, std::string_view name, const Record& record) = nullptr;
  bool (*read)(const Scalar& scalar, std::uint32_t element, Record& record) = nullptr;
  void (*mix)(Digest& digest, const Record& record) = nullptr;
};

template <class Pointer>
struct MemberPointer;
template <class Class, class Value>
struct MemberPointer<Value Class::*> {
  using Record = Class;
  using Type = Value;
};

// The unit stands in the name, as in all of our JSON.
template <class T>
consteval std::string_view unit_suffix() {
  if constexpr (std::same_as<T, Ticks>) return "_ticks";
  if constexpr (std::same_as<T, Bytes>) return "_bytes";
  if constexpr (std::same_as<T, Pages> || std::same_as<T, std::optional<Pages>>) return "_pages";
  return "";
}

// The value of a member by its own type, or as that of another that converts to it and back.
template <auto Pointer>
consteval auto member(std::string_view name) {
  using Record = typename MemberPointer<decltype(Pointer)>::Record;
  using Type = typename MemberPointer<decltype(Pointer)>::Type;
  if (!name.ends_with(unit_suffix<Type>())) throw "the unit is not in the name";
  return Member<Record>{
      .name = name,
      .write = [](Buffer& buffer, std::string_view key,
                  const Record& record) { MemberValue<Type>::write(buffer, key, record.*Pointer); },
      .read = [](const Scalar& scalar, std::uint32_t element,
                 Record& record) { return MemberValue<Type>::read(scalar, element, record.*Pointer); },
      .mix = [](Digest& digest, const Record& record) { MemberValue<Type>::mix(digest, record.*Pointer); }};
}

// A number of 64 bits that are flags, or that mean "without end" when all are set.
template <auto Pointer>
consteval auto hex_member(std::string_view name) {
  using Record = typename MemberPointer<decltype(Pointer)>::Record;
  static_assert(std::same_as<typename MemberPointer<decltype(Pointer)>::Type, std::uint64_t>);
  return Member<Record>{.name = name,
                        .write =
                            [](Buffer& buffer, std::string_view key, const Record& record) {
                              MemberValue<Address>::write(buffer, key, Address{record.*Pointer});
                            },
                        .read = [](const Scalar& scalar, std::uint32_t /*element*/,
                                   Record& record) { return read_hex(scalar, record.*Pointer); },
                        .mix = [](Digest& digest, const Record& record) { digest.mix(record.*Pointer); }};
}

// No two alike, none that could be taken for the base64 of another.
template <class Row, std::size_t N>
consteval bool names_are_sound(const std::array<Row, N>& rows) {
  for (std::size_t i = 0; i < N; ++i) {
    if (rows[i].name.empty() || rows[i].name.ends_with("_base64")) return false;
    for (std::size_t j = i + 1; j < N; ++j) {
      if (rows[i].name == rows[j].name) return false;
    }
  }
  return true;
}

// How many members an aggregate has, so that none can be added without a row.
struct AnyMember {
  template <class T>
  operator T() const;  // NOLINT(google-explicit-constructor): stands in for every type, never called
};
template <class Record, class... Members>
consteval std::size_t count_members(Members... members) {
  if constexpr (requires { Record{members..., AnyMember{}}; }) {
    return count_members<Record>(members..., AnyMember{});
  } else {
    return sizeof...(Members);
  }
}

// The row of that name; looked for from `hint` on, which is then the row after it: members come in order.
template <class Row>
[[nodiscard]] const Row* find_row(std::span<const Row> rows, std::string_view name, std::size_t& hint) {
  for (std::size_t tried = 0; tried < rows.size(); ++tried) {
    const auto at = (hint + tried) % rows.size();
    if (rows[at].name != name) continue;
    hint = at + 1;
    return &rows[at];
  }
  return nullptr;
}

}  // namespace pageloupe
