// SPDX-License-Identifier: MIT
#include "render/cell.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "render/format.h"
#include "render/look.h"

namespace pageloupe {
namespace {

template <std::integral T>
void append_integer(Buffer& buffer, T value) {
  append(buffer, Decimal(value).view());
}

// What stands in a table where there is no value.
std::string_view absent_text(Errc code) {
  switch (code) {
    case Errc::not_applicable:
    case Errc::not_sampled:
    case Errc::not_recorded:
    case Errc::no_previous:
    case Errc::did_not_run:
    case Errc::no_memory: return "-";
    case Errc::gone: return "gone";
    case Errc::denied: return "denied";
    case Errc::no_pmu:
    case Errc::event_missing:
    case Errc::not_scheduled:
    case Errc::counter_stuck:
    case Errc::no_descriptors:
    case Errc::unsupported: return "n/a";
    case Errc::blocked: return "blocked";
    case Errc::malformed: return "?";
    case Errc::io: return "error";
  }
  std::unreachable();
}

// The digits of 32 bits at once: the nibbles each into a byte of their own, then '0' or 'a' - 10 added to
// each.
std::array<char, 8> eight_hex_digits(std::uint64_t value) {
  auto x = value & 0xffffffff;
  x = (x | x << 16) & 0x0000ffff0000ffff;
  x = (x | x << 8) & 0x00ff00ff00ff00ff;
  x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
  const auto letters = (x + 0x0606060606060606) >> 4 & 0x0101010101010101;
  x += 0x3030303030303030 + letters * ('a' - '0' - 10);
  if constexpr (std::endian::native == std::endian::little) x = __builtin_bswap64(x);
  return std::bit_cast<std::array<char, 8>>(x);
}

constexpr std::size_t kAddressDigits = 12;

struct TableCell {
  Buffer& buffer;
  const CellStyle& style;

  void operator()(Errc code) const { append(buffer, absent_text(code)); }
  void operator()(bool value) const { append(buffer, value ? "yes" : "no"); }
  void operator()(std::uint64_t value) const { append_integer(buffer, value); }
  void operator()(std::int64_t value) const { append_integer(buffer, value); }
  void operator()(Percent value) const { append_format(buffer, "{:.1f}%", value.value); }
  void operator()(Address value) const { append_hex(buffer, value.value, kAddressDigits); }
  void operator()(Inode value) const { append_integer(buffer, value.value); }
  void operator()(Device value) const {
    append_hex(buffer, value.major, 2);
    buffer.push_back(':');
    append_hex(buffer, value.minor, 2);
  }
  void operator()(Nanoseconds value) const {
    append_format(buffer, "{:.2f}s", static_cast<double>(value.value) / 1e9);
  }
  void operator()(Timestamp value) const { append_integer(buffer, value.value / 1'000'000'000); }
  void operator()(Rate value) const { append_format(buffer, "{:.1f}", value.value); }
  void operator()(Number value) const { append_format(buffer, "{:.1f}", value.value); }
  // A sign where something changed: +4K, -1.5M, 0.
  void operator()(ByteChange value) const {
    if (value.value != 0) buffer.push_back(value.value < 0 ? '-' : '+');
    const auto size = static_cast<std::uint64_t>(value.value);
    (*this)(Bytes{value.value < 0 ? 0 - size : size});
  }
  void operator()(Bytes value) const {
    switch (style.size) {
      case SizeUnit::human: return append_human_size(buffer, value);
      case SizeUnit::bytes: return append_integer(buffer, value.value);
      case SizeUnit::kib: return append_integer(buffer, value.value / 1024);
    }
  }
  void operator()(std::string_view) const {}
};

struct JsonValue {
  Buffer& buffer;

  void operator()(Errc) const { append(buffer, "null"); }
  void operator()(bool value) const { append(buffer, value ? "true" : "false"); }
  void operator()(std::uint64_t value) const { append_integer(buffer, value); }
  void operator()(std::int64_t value) const { append_integer(buffer, value); }
  void operator()(Bytes value) const { append_integer(buffer, value.value); }
  void operator()(ByteChange value) const { append_integer(buffer, value.value); }
  void operator()(Nanoseconds value) const { append_integer(buffer, value.value); }
  void operator()(Timestamp value) const { append_integer(buffer, value.value); }
  void operator()(Rate value) const { (*this)(Percent{value.value}); }
  void operator()(Number value) const { (*this)(Percent{value.value}); }
  void operator()(Percent value) const {
    if (!std::isfinite(value.value)) return append(buffer, "null");
    append_format(buffer, "{:.3f}", value.value);
  }
  void operator()(Address value) const {
    append(buffer, "\"0x");
    append_hex(buffer, value.value, 1);
    buffer.push_back('"');
  }
  void operator()(Inode value) const {
    buffer.push_back('"');
    append_integer(buffer, value.value);
    buffer.push_back('"');
  }
  void operator()(Device value) const {
    buffer.push_back('"');
    TableCell{buffer, {}}(value);
    buffer.push_back('"');
  }
  void operator()(std::string_view) const {}
};

struct CsvValue {
  Buffer& buffer;
  TextStyle style;

  void operator()(Errc) const {}
  void operator()(std::string_view value) const { append_csv_field(buffer, value, style); }
  void operator()(Address value) const {
    append(buffer, "0x");
    append_hex(buffer, value.value, 1);
  }
  void operator()(Inode value) const { append_integer(buffer, value.value); }
  void operator()(Device value) const { TableCell{buffer, {}}(value); }
  void operator()(const auto& value) const { JsonValue{buffer}(value); }
};

}  // namespace

std::size_t append_cell(Buffer& buffer, const Value& value, const CellStyle& style, Look look) {
  const auto* text = std::get_if<std::string_view>(&value);
  if (text != nullptr && look != Look::vm_flags) return append_escaped(buffer, *text, style.text);
  const auto before = buffer.size();
  if (look == Look::whole_bytes && style.size == SizeUnit::kib) {
    std::visit(TableCell{buffer, {.size = SizeUnit::bytes}}, value);
    return buffer.size() - before;
  }
  if (look == Look::plain || !append_look(buffer, value, look, style.now))
    std::visit(TableCell{buffer, style}, value);
  return buffer.size() - before;
}

void append_hex(Buffer& buffer, std::uint64_t value, std::size_t width) {
  const auto needed = (64U - static_cast<unsigned>(std::countl_zero(value)) + 3) / 4;
  const auto length = std::clamp<std::size_t>(std::max<std::size_t>(needed, width), 1, 16);
  const auto low = eight_hex_digits(value & 0xffffffff);
  if (length <= 8) {
    std::memcpy(buffer.extend(length), low.data() + 8 - length, length);
    return;
  }
  // The first eight of the digits, then the last eight over them.
  const auto high = eight_hex_digits(value >> (4 * (length - 8)));
  char* const to = buffer.extend(length);
  std::memcpy(to, high.data(), 8);
  std::memcpy(to + length - 8, low.data(), 8);
}

void append_padded(Buffer& buffer, std::uint64_t value, std::size_t width) {
  const Decimal text(value);
  if (text.size() < width) buffer.append_blanks(width - text.size());
  append(buffer, text.view());
}

void append_human_size(Buffer& buffer, Bytes size) {
  constexpr std::string_view kUnits = "BKMGTPE";
  if (size.value == 0) return buffer.push_back('0');
  // Nearly all sizes of mappings: whole KiB, and few of them.
  if (size.value % 1024 == 0 && size.value < std::uint64_t{1000} * 1024) {
    append_integer(buffer, size.value / 1024);
    return buffer.push_back('K');
  }
  double scaled = static_cast<double>(size.value);
  std::size_t unit = 0;
  // 1023.5K would round to 1024K: it is 1.0M.
  while (scaled >= 1023.5 && unit + 1 < kUnits.size()) {
    scaled /= 1024;
    ++unit;
  }
  const bool decimal = unit >= 2 && scaled < 99.95;
  if (decimal) {
    const auto tenths = static_cast<std::uint64_t>(std::llround(scaled * 10));
    append_integer(buffer, tenths / 10);
    buffer.push_back('.');
    append_integer(buffer, tenths % 10);
  } else {
    append_integer(buffer, static_cast<std::uint64_t>(std::llround(scaled)));
  }
  buffer.push_back(kUnits[unit]);
}

bool is_right_aligned(Type type) {
  return type != Type::text && type != Type::flag && type != Type::address && type != Type::device;
}

std::string machine_name(const Column& column) {
  std::string name(column.name);
  if (column.type == Type::bytes || column.type == Type::byte_change) name += "_bytes";
  if (column.type == Type::duration || column.type == Type::timestamp) name += "_ns";
  if (column.type == Type::rate || column.look == Look::per_second) name += "_per_second";
  if (column.type == Type::percent) name += "_percent";
  return name;
}

bool append_json_value(Buffer& buffer, const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return append_json_string(buffer, *text);
  std::visit(JsonValue{buffer}, value);
  return true;
}

void append_csv_value(Buffer& buffer, const Value& value, TextStyle style) {
  std::visit(CsvValue{buffer, style}, value);
}

}  // namespace pageloupe
