// SPDX-License-Identifier: MIT
#include "proc/smaps.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace pageloupe {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The first line of a record begins with an address and a dash; the lines of keys begin with a capital.
bool begins_record(std::string_view text) {
  if (text.empty() || !is_hex_digit(text.front())) return false;
  std::size_t digits = 0;
  while (digits < text.size() && is_hex_digit(text[digits])) ++digits;
  return digits == text.size() || text[digits] == '-';
}

// A right-aligned decimal number of eight characters, all at once: blanks become the digit 0, then pairs,
// fours and the whole are added up. Nothing where another character stands there.
std::optional<std::uint64_t> parse_eight(const char* text) {
  static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);
  std::uint64_t x = 0;
  std::memcpy(&x, text, sizeof x);
  if constexpr (std::endian::native == std::endian::big) x = __builtin_bswap64(x);
  constexpr std::uint64_t kSingleZero = 0x3020202020202020;  // "       0"
  if (x == kSingleZero) return 0;
  // 0xff where a blank stands, or what looks like one until its low half is seen. Blanks come first, so these
  // bytes are the lowest, and not all eight.
  const auto blanks = ((~x & 0x1010101010101010) >> 4) * 0xff;
  const bool padded =
      (blanks & (blanks + 1)) == 0 && blanks + 1 != 0 && (x & blanks & 0x0f0f0f0f0f0f0f0f) == 0;
  if (!padded) return std::nullopt;
  x |= 0x1010101010101010;
  const auto high_nibbles = x & 0xf0f0f0f0f0f0f0f0;
  const auto over_nine = (x + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0;
  if (high_nibbles != 0x3030303030303030 || over_nine != high_nibbles) return std::nullopt;
  x -= 0x3030303030303030;
  x = (x * 10 + (x >> 8)) & 0x00ff00ff00ff00ff;
  x = (x * 100 + (x >> 16)) & 0x0000ffff0000ffff;
  return (x * 10000 + (x >> 32)) & 0xffffffff;
}

// Whether two lines of keys are the same, newlines included.
bool same_line(const char* a, const char* b, std::size_t length) {
  const auto differs = [&](std::size_t at) {
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::memcpy(&left, a + at, sizeof left);
    std::memcpy(&right, b + at, sizeof right);
    return left ^ right;
  };
  return (differs(8) | differs(length - 8) | differs(0) | differs(16)) == 0;
}

}  // namespace

bool has_vm_flag(std::string_view flags, std::string_view letters) {
  const auto ends_word = [flags](std::size_t at) { return at >= flags.size() || flags[at] == ' '; };
  for (auto at = flags.find(letters); at != std::string_view::npos; at = flags.find(letters, at + 1)) {
    if ((at == 0 || flags[at - 1] == ' ') && ends_word(at + letters.size())) return true;
  }
  return false;
}

Result<bool> MapsReader::next(VmaRecord& record) {
  for (;;) {
    const auto text = stream_.pending();
    const auto length = text.find('\n');
    if (length != std::string_view::npos) {
      ++line_;
      if (!parse_maps_line(text.substr(0, length), record.vma)) return malformed("maps", {}, line_);
      stream_.consume(length + 1);
      return true;
    }
    const auto more = stream_.fill();
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    if (!text.empty()) return malformed("maps", "end of line", line_ + 1);
    return false;
  }
}

Result<bool> SmapsReader::next(VmaRecord& record) {
  for (;;) {
    const auto text = stream_.pending();
    const auto first_line = text.find('\n');
    if (first_line != std::string_view::npos) {
      const auto length = read_body(text.substr(first_line + 1), record);
      if (!length) return std::unexpected(length.error());
      if (*length != kIncomplete) {
        ++records_;
        if (!parse_maps_line(text.substr(0, first_line), record.vma))
          return malformed("smaps", "mapping", records_);
        stream_.consume(first_line + 1 + *length);
        return true;
      }
    }
    const auto more = stream_.fill();
    if (!more) return std::unexpected(more.error());
    if (*more || (!text.empty() && first_line != std::string_view::npos)) continue;
    if (!text.empty()) return malformed("smaps", "end of line", records_ + 1);
    return false;
  }
}

// The length of the record's lines behind its first, kIncomplete when the text ends before the record does.
Result<std::size_t> SmapsReader::read_body(std::string_view text, VmaRecord& record) {
  const bool in_columns = read_columns(text, record);
  if (!in_columns) {
    record.usage.clear();
    record.unknown.assign(unknown_keys_.size(), VmaRecord::kNoValue);
  }
  record.vm_flags.clear();
  std::size_t at = in_columns ? columns_end_ : 0;
  while (at < text.size() && !begins_record(text.substr(at))) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) {
      return stream_.at_end() ? malformed("smaps", "end of line", records_ + 1)
                              : Result<std::size_t>(kIncomplete);
    }
    if (!read_key(text.substr(at, end - at), record)) return malformed("smaps", "key", records_ + 1);
    at = end + 1;
  }
  if (at >= text.size() && !stream_.at_end()) return kIncomplete;
  if (!in_columns) learn(text.substr(0, at));
  return at;
}

// Reads all keys at the places that were learnt; false when one of them does not stand there.
bool SmapsReader::read_columns(std::string_view body, VmaRecord& record) {
  if (columns_.empty() || body.size() < columns_end_) return false;
  for (const auto& column : columns_) {
    const char* const line = body.data() + column.at;
    if (!same_line(line, last_body_.data() + column.at, column.length) && !read_column(column, line))
      return false;
  }
  record.usage = last_.usage;
  record.unknown = last_.unknown;
  record.unknown.resize(unknown_keys_.size(), VmaRecord::kNoValue);
  return true;
}

// Reads a line that differs from the one of the record before.
bool SmapsReader::read_column(const Column& column, const char* line) {
  if (std::memcmp(line, last_body_.data() + column.at, kLabelWidth) != 0) return false;
  const char* const end = line + kLabelWidth + kValueWidth;
  if (column.kib ? std::memcmp(end, " kB\n", 4) != 0 : *end != '\n') return false;
  const auto number = parse_eight(line + kLabelWidth);
  if (!number) return false;
  const auto value = column.kib ? *number * 1024 : *number;
  if (column.key == SmapsKey::count_) {
    last_.unknown[column.unknown] = value;
  } else {
    last_.usage.set(column.key, value);
  }
  std::memcpy(last_body_.data() + column.at, line, column.length);
  return true;
}

bool SmapsReader::read_key(std::string_view line, VmaRecord& record) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const auto key = line.substr(0, colon);
  const auto text = line.substr(colon + 1);
  if (key == "VmFlags") {
    record.vm_flags.assign(trim(text));
    return true;
  }
  const auto value = parse_quantity(text);
  if (const auto known = find_key(kSmapsKeys, key)) {
    if (value) record.usage.set(*known, *value);
    return value.has_value();
  }
  // A key of a later kernel: its number is kept, a text that is none is passed over.
  if (!value) return true;
  const auto index = unknown_index(key, text.ends_with("kB"));
  record.unknown.resize(unknown_keys_.size(), VmaRecord::kNoValue);
  record.unknown[index] = *value;
  return true;
}

std::size_t SmapsReader::unknown_index(std::string_view key, bool kib) {
  for (std::size_t i = 0; i < unknown_keys_.size(); ++i) {
    if (unknown_keys_[i].text == key) return i;
  }
  unknown_keys_.push_back({std::string(key), kib});
  return unknown_keys_.size() - 1;
}

void SmapsReader::learn(std::string_view body) {
  std::vector<Column> columns;
  VmaRecord values;
  std::size_t at = 0;
  while (at < body.size()) {
    const auto line = body.substr(at, body.find('\n', at) - at);
    const auto colon = line.find(':');
    const bool kib = line.ends_with(" kB");
    const auto width = kLabelWidth + kValueWidth + (kib ? 3 : 0);
    if (line.size() != width || colon >= kLabelWidth) break;
    const auto number = parse_eight(line.data() + kLabelWidth);
    if (!number) break;
    const auto value = kib ? *number * 1024 : *number;
    Column column{.at = at, .length = width + 1, .kib = kib};
    const auto known = find_key(kSmapsKeys, line.substr(0, colon));
    if (known) {
      column.key = *known;
      values.usage.set(*known, value);
    } else {
      column.unknown = unknown_index(line.substr(0, colon), kib);
      values.unknown.resize(unknown_keys_.size(), VmaRecord::kNoValue);
      values.unknown[column.unknown] = value;
    }
    columns.push_back(column);
    at += line.size() + 1;
  }
  if (at <= columns_end_) return;  // what is known already serves more records
  columns_ = std::move(columns);
  columns_end_ = at;
  last_body_.assign(body.substr(0, at));
  last_ = std::move(values);
}

}  // namespace pageloupe
