// SPDX-License-Identifier: MIT
// Cutting kernel text: views in, views and numbers out; no locale, no allocation.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace pageloupe {

// Takes everything up to the first `stop` off the front of `text`, and the `stop` with it; all of it where
// there is none.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& text, char stop) {
  const auto at = text.find(stop);
  const auto taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return taken;
}

[[nodiscard]] constexpr std::string_view take_line(std::string_view& text) { return take_until(text, '\n'); }

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

[[nodiscard]] constexpr std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

[[nodiscard]] constexpr std::string_view trim(std::string_view text) {
  text = skip_blanks(text);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The next word, leading blanks skipped; empty at the end.
[[nodiscard]] constexpr std::string_view take_word(std::string_view& text) {
  text = skip_blanks(text);
  std::size_t length = 0;
  while (length < text.size() && !is_blank(text[length])) ++length;
  const auto word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

// At most so many characters of UTF-8, none of them cut apart.
[[nodiscard]] constexpr std::string_view first_characters(std::string_view text, std::size_t most) {
  std::size_t length = 0;
  for (std::size_t begun = 0; length < text.size(); ++length) {
    const bool begins = (static_cast<unsigned char>(text[length]) & 0xC0U) != 0x80U;
    if (begins && ++begun > most) break;
  }
  return text.substr(0, length);
}

// The whole of `text` as a number: no blanks, no sign '+', no rest, no overflow.
template <std::integral T>
[[nodiscard]] std::optional<T> to_number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace pageloupe
