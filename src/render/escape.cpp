// SPDX-License-Identifier: MIT
#include "render/escape.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <cwchar>

#include "render/format.h"
#include "render/utf8.h"

namespace pageloupe {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Characters that show nothing themselves but change how others show (general category Cf, and the line and
// paragraph separators): the bidirectional overrides are among them.
constexpr auto kInvisible = std::to_array<Range>({
    {0x00ad, 0x00ad},   {0x0600, 0x0605},   {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},
    {0x0890, 0x0891},   {0x08e2, 0x08e2},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
    {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
});

bool is_invisible(char32_t c) {
  return std::ranges::any_of(kInvisible,
                             [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// What is two columns wide in most fonts: East Asian scripts, and pictures.
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115f},
    {0x2e80, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff01, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
});

// Of a character without a locale; -1 for what is none.
int guessed_width(char32_t c) {
  if ((c & 0xfffeU) == 0xfffeU) return -1;
  return std::ranges::any_of(kWide, [c](const Range& r) { return c >= r.first && c <= r.last; }) ? 2 : 1;
}

constexpr bool is_plain(char c) { return c >= 0x20 && c <= 0x7e; }

template <class Word>
std::uint64_t load(const char* text) {
  Word word{};
  std::memcpy(&word, text, sizeof word);
  return word;
}

// The same of eight characters at once.
bool are_plain(std::uint64_t x) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const auto seven = x & kEach * 0x7f;
  const auto not_small = seven + kEach * 0x60;  // sets the highest bit from 0x20 on
  const auto last = seven + kEach;              // sets it for 0x7f
  return ((~not_small | last | x) & kEach * 0x80) == 0;
}

bool is_plain(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() < 4) return std::ranges::all_of(text, [](char c) { return is_plain(c); });
  if (text.size() < 8) return are_plain(load<std::uint32_t>(begin) << 32 | load<std::uint32_t>(end - 4));
  for (const char* at = begin; end - at > 8; at += 8) {
    if (!are_plain(load<std::uint64_t>(at))) return false;
  }
  return are_plain(load<std::uint64_t>(end - 8));
}

constexpr bool is_plain_json(char c) { return is_plain(c) && c != '"' && c != '\\'; }

std::size_t append_control(Buffer& buffer, unsigned char byte) {
  const auto before = buffer.size();
  switch (byte) {
    case '\n': append(buffer, "\\n"); break;
    case '\t': append(buffer, "\\t"); break;
    case '\r': append(buffer, "\\r"); break;
    default: append_format(buffer, "\\x{:02x}", byte); break;
  }
  return buffer.size() - before;
}

// One character that is not printable ASCII; returns its columns.
std::size_t append_special(Buffer& buffer, std::string_view bytes, const CodePoint& c, TextStyle style) {
  const bool showable = c.valid && c.value >= 0xa0 && style.utf8 && !is_invisible(c.value);
  const auto seen = [&] {
    return style.by_locale ? ::wcwidth(static_cast<wchar_t>(c.value)) : guessed_width(c.value);
  };
  const int width = showable ? seen() : -1;
  if (width >= 0) {
    append(buffer, bytes);
    return static_cast<std::size_t>(width);
  }
  if (c.valid && c.value >= 0x80 && style.utf8) {
    const auto before = buffer.size();
    append_format(buffer, "\\u{{{:x}}}", static_cast<std::uint32_t>(c.value));
    return buffer.size() - before;
  }
  std::size_t columns = 0;
  for (const char byte : bytes) columns += append_control(buffer, static_cast<unsigned char>(byte));
  return columns;
}

void append_json_special(Buffer& buffer, std::string_view bytes, const CodePoint& c) {
  if (!c.valid) return append(buffer, "\xef\xbf\xbd");
  switch (c.value) {
    case '"': return append(buffer, "\\\"");
    case '\\': return append(buffer, "\\\\");
    case '\b': return append(buffer, "\\b");
    case '\f': return append(buffer, "\\f");
    case '\n': return append(buffer, "\\n");
    case '\r': return append(buffer, "\\r");
    case '\t': return append(buffer, "\\t");
    default: break;
  }
  const bool is_control = c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0);
  if (!is_control && !is_invisible(c.value)) return append(buffer, bytes);
  const auto value = static_cast<std::uint32_t>(c.value);
  if (value < 0x10000) return append_format(buffer, "\\u{:04x}", value);
  // A pair of surrogates.
  append_format(buffer, "\\u{:04x}\\u{:04x}", 0xd800 + (value - 0x10000) / 0x400, 0xdc00 + value % 0x400);
}

}  // namespace

std::size_t append_escaped(Buffer& buffer, std::string_view text, TextStyle style) {
  if (style.raw || is_plain(text)) {
    append(buffer, text);
    return text.size();
  }
  std::size_t columns = 0;
  while (!text.empty()) {
    if (is_plain(text.front())) {
      buffer.push_back(text.front());
      ++columns;
      text.remove_prefix(1);
      continue;
    }
    const auto c = first_code_point(text);
    columns += append_special(buffer, text.substr(0, c.length), c, style);
    text.remove_prefix(c.length);
  }
  return columns;
}

std::size_t cut_columns(Buffer& buffer, std::size_t begin, std::size_t columns) {
  auto text = buffer.view().substr(begin);
  std::size_t used = 0;
  while (!text.empty()) {
    const auto c = first_code_point(text);
    const int width = c.value < 0x80 ? 1 : ::wcwidth(static_cast<wchar_t>(c.value));
    const auto wide = static_cast<std::size_t>(std::max(width, 0));
    if (used + wide > columns) break;
    used += wide;
    text.remove_prefix(c.length);
  }
  buffer.shorten(buffer.size() - text.size());
  return used;
}

bool append_json_string(Buffer& buffer, std::string_view text) {
  bool whole = true;
  buffer.push_back('"');
  if (is_plain(text) && !text.contains('"') && !text.contains('\\')) {
    append(buffer, text);
    buffer.push_back('"');
    return true;
  }
  while (!text.empty()) {
    const auto plain = std::ranges::find_if_not(text, is_plain_json);
    append(buffer, std::string_view(text.begin(), plain));
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) break;
    const auto c = first_code_point(text);
    append_json_special(buffer, text.substr(0, c.length), c);
    whole = whole && c.valid;
    text.remove_prefix(c.length);
  }
  buffer.push_back('"');
  return whole;
}

void append_csv_field(Buffer& buffer, std::string_view text, TextStyle style) {
  if (text.find_first_of(style.raw ? ",\"\r\n" : ",\"") == std::string_view::npos) {
    append_escaped(buffer, text, style);
    return;
  }
  buffer.push_back('"');
  while (true) {
    const auto quote = std::min(text.find('"'), text.size());
    append_escaped(buffer, text.substr(0, quote), style);
    if (quote == text.size()) break;
    append(buffer, "\"\"");
    text.remove_prefix(quote + 1);
  }
  buffer.push_back('"');
}

void append_base64(Buffer& buffer, std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      buffer.push_back(j <= group.size() ? kDigits[bits >> (18 - 6 * j) & 63U] : '=');
  }
}

}  // namespace pageloupe
