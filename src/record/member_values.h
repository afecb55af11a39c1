// SPDX-License-Identifier: MIT
// The kinds of values that a recording has: how each is written, read and told from another. Members end in a
// comma here; close_object() takes the last away.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/units.h"
#include "proc/stat.h"
#include "record/scalar.h"
#include "render/escape.h"
#include "render/format.h"

namespace pageloupe {

// Longer texts are cut: a line has a bound, and no kernel gives a process more arguments.
inline constexpr std::size_t kMaxRecordedText = std::size_t{8} << 20;

// Tells one state of a process from another. Not for keeping: another build may mix otherwise.
class Digest {
 public:
  void mix(std::uint64_t value) {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
    state_ = (state_ ^ value) * kOdd;
    state_ ^= state_ >> 29;
  }
  void mix(std::string_view text) {
    mix(text.size());
    for (; text.size() >= 8; text.remove_prefix(8)) mix(word(text));
    if (!text.empty()) mix(word(text));
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  static std::uint64_t word(std::string_view text) {
    std::uint64_t value = 0;
    text.copy(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  std::uint64_t state_ = 0x2545f4914f6cdd1d;
};

// ---- Names ------------------------------------------------------------------------------------------------

// "name":
inline void append_name(Buffer& buffer, std::string_view name) {
  buffer.push_back('"');
  append(buffer, name);
  append(buffer, "\":");
}

// Ends an object whose members end in commas.
inline void close_object(Buffer& buffer) {
  if (buffer.view().ends_with(',')) buffer.shorten(buffer.size() - 1);
  buffer.push_back('}');
}

// "name":"text", and "name_base64" after it where JSON cannot hold the bytes.
inline void append_text_member(Buffer& buffer, std::string_view name, std::string_view text) {
  text = text.substr(0, kMaxRecordedText);
  append_name(buffer, name);
  const bool whole = append_json_string(buffer, text);
  buffer.push_back(',');
  if (whole) return;
  buffer.push_back('"');
  append(buffer, name);
  append(buffer, "_base64\":\"");
  append_base64(buffer, text);
  append(buffer, "\",");
}

// ---- Numbers ----------------------------------------------------------------------------------------------

template <class T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

template <class T>
struct IsQuantity : std::false_type {};
template <class Tag, class Rep>
struct IsQuantity<Quantity<Tag, Rep>> : std::true_type {};
template <class T>
concept CountedQuantity = IsQuantity<T>::value && !std::same_as<T, Address>;

template <WholeNumber T>
void append_number(Buffer& buffer, T value) {
  append(buffer, Decimal(value).view());
}

template <WholeNumber T>
[[nodiscard]] bool read_number(const Scalar& scalar, T& value) {
  if (const auto* whole = std::get_if<std::uint64_t>(&scalar)) {
    if (!std::in_range<T>(*whole)) return false;
    value = static_cast<T>(*whole);
    return true;
  }
  const auto* negative = std::get_if<std::int64_t>(&scalar);
  if (negative == nullptr || !std::in_range<T>(*negative)) return false;
  value = static_cast<T>(*negative);
  return true;
}

// Addresses and sets of bits are texts: the numbers of JSON have 53 bits for most who read them.
inline void append_hex(Buffer& buffer, std::uint64_t value) {
  std::array<char, 16> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  append(buffer, "\"0x");
  append(buffer, {digits.data(), static_cast<std::size_t>(end - digits.data())});
  buffer.push_back('"');
}

[[nodiscard]] inline bool read_hex(const Scalar& scalar, std::uint64_t& value) {
  const auto* text = std::get_if<std::string_view>(&scalar);
  if (text == nullptr || !text->starts_with("0x")) return false;
  const auto number = to_number<std::uint64_t>(text->substr(2), 16);
  if (number) value = *number;
  return number.has_value();
}

// ---- Members by their type --------------------------------------------------------------------------------

// write() appends `"name":value,`, read() answers false for a value of another kind, mix().
template <class T>
struct MemberValue;

template <WholeNumber T>
struct MemberValue<T> {
  static void write(Buffer& buffer, std::string_view name, T value) {
    append_name(buffer, name);
    append_number(buffer, value);
    buffer.push_back(',');
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, T& value) {
    return read_number(scalar, value);
  }
  static void mix(Digest& digest, T value) { digest.mix(static_cast<std::uint64_t>(value)); }
};

template <CountedQuantity T>
struct MemberValue<T> {
  using Number = MemberValue<decltype(T::value)>;
  static void write(Buffer& buffer, std::string_view name, T value) {
    Number::write(buffer, name, value.value);
  }
  static bool read(const Scalar& scalar, std::uint32_t element, T& value) {
    return Number::read(scalar, element, value.value);
  }
  static void mix(Digest& digest, T value) { Number::mix(digest, value.value); }
};

template <>
struct MemberValue<Address> {
  static void write(Buffer& buffer, std::string_view name, Address value) {
    append_name(buffer, name);
    append_hex(buffer, value.value);
    buffer.push_back(',');
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, Address& value) {
    return read_hex(scalar, value.value);
  }
  static void mix(Digest& digest, Address value) { digest.mix(value.value); }
};

template <>
struct MemberValue<bool> {
  static void write(Buffer& buffer, std::string_view name, bool value) {
    append_name(buffer, name);
    append(buffer, value ? "true," : "false,");
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, bool& value) {
    const auto* given = std::get_if<bool>(&scalar);
    if (given != nullptr) value = *given;
    return given != nullptr;
  }
  static void mix(Digest& digest, bool value) { digest.mix(value ? 1U : 0U); }
};

template <>
struct MemberValue<std::string> {
  static void write(Buffer& buffer, std::string_view name, std::string_view value) {
    append_text_member(buffer, name, value);
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, std::string& value) {
    const auto* text = std::get_if<std::string_view>(&scalar);
    if (text != nullptr) value.assign(*text);
    return text != nullptr;
  }
  static void mix(Digest& digest, std::string_view value) { digest.mix(value); }
};

template <>
struct MemberValue<Comm> {
  static void write(Buffer& buffer, std::string_view name, const Comm& value) {
    append_text_member(buffer, name, value.view());
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, Comm& value) {
    const auto* text = std::get_if<std::string_view>(&scalar);
    if (text != nullptr) value = Comm(*text);
    return text != nullptr;
  }
  static void mix(Digest& digest, const Comm& value) { digest.mix(value.view()); }
};

// The letter of a state.
template <>
struct MemberValue<char> {
  static void write(Buffer& buffer, std::string_view name, char value) {
    append_text_member(buffer, name, {&value, 1});
  }
  static bool read(const Scalar& scalar, std::uint32_t /*element*/, char& value) {
    const auto* text = std::get_if<std::string_view>(&scalar);
    if (text == nullptr || text->empty()) return false;
    value = text->front();  // of U+FFFD for now: the base64 after it has the byte
    return true;
  }
  static void mix(Digest& digest, char value) { digest.mix(static_cast<unsigned char>(value)); }
};

// What the kernel may not say has no member then.
template <class T>
struct MemberValue<std::optional<T>> {
  static void write(Buffer& buffer, std::string_view name, const std::optional<T>& value) {
    if (value) MemberValue<T>::write(buffer, name, *value);
  }
  static bool read(const Scalar& scalar, std::uint32_t element, std::optional<T>& value) {
    return MemberValue<T>::read(scalar, element, value.emplace());
  }
  static void mix(Digest& digest, const std::optional<T>& value) {
    digest.mix(value ? 1U : 0U);
    if (value) MemberValue<T>::mix(digest, *value);
  }
};

template <WholeNumber T, std::size_t N>
struct MemberValue<std::array<T, N>> {
  static void write(Buffer& buffer, std::string_view name, const std::array<T, N>& values) {
    append_name(buffer, name);
    for (std::size_t i = 0; i < N; ++i) {
      buffer.push_back(i == 0 ? '[' : ',');
      append_number(buffer, values[i]);
    }
    append(buffer, "],");
  }
  static bool read(const Scalar& scalar, std::uint32_t element, std::array<T, N>& values) {
    return element < N && read_number(scalar, values[element]);
  }
  static void mix(Digest& digest, const std::array<T, N>& values) {
    for (const auto value : values) digest.mix(static_cast<std::uint64_t>(value));
  }
};

}  // namespace pageloupe
