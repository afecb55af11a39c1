// SPDX-License-Identifier: MIT
#include "field/filter_operand.h"

#include <algorithm>
#include <cmath>

namespace pageloupe {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;
};
constexpr auto kSizeUnits = std::to_array<Unit>({
    {"", 1.0},
    {"B", 1.0},
    {"K", 0x1p10},
    {"M", 0x1p20},
    {"G", 0x1p30},
    {"T", 0x1p40},
    {"P", 0x1p50},
});
constexpr auto kTimeUnits = std::to_array<Unit>({
    {"", 1e9},
    {"ns", 1.0},
    {"us", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 60e9},
    {"h", 3600e9},
    {"d", 86400e9},
});

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

template <std::size_t N>
std::optional<double> with_unit(std::string_view text, const std::array<Unit, N>& units) {
  const auto digits = std::min(text.find_first_not_of("0123456789.-"), text.size());
  const auto value = to_double(text.substr(0, digits));
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::suffix);
  if (!value || unit == units.end()) return std::nullopt;
  return *value * unit->factor;
}

// K, KB, KiB, k, kB: one unit.
std::optional<double> size_in_bytes(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (upper.ends_with("IB")) upper.resize(upper.size() - 2);
  if (upper.size() > 1 && upper.ends_with('B')) upper.pop_back();
  return with_unit(upper, kSizeUnits);
}

std::optional<std::uint64_t> to_exact(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return to_number<std::uint64_t>(text.substr(2), 16);
  return to_number<std::uint64_t>(text);
}

std::optional<std::uint64_t> to_device(std::string_view text) {
  const auto major = to_number<std::uint32_t>(take_until(text, ':'), 16);
  const auto minor = to_number<std::uint32_t>(text, 16);
  if (!major || !minor) return std::nullopt;
  return std::uint64_t{*major} << 32 | *minor;
}

std::optional<double> to_flag(std::string_view text) {
  if (text == "yes" || text == "true" || text == "1") return 1.0;
  if (text == "no" || text == "false" || text == "0") return 0.0;
  return std::nullopt;
}

std::optional<double> to_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  return to_double(text);
}

template <class T>
bool assign(T& to, std::optional<T> value) {
  if (value) to = *value;
  return value.has_value();
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto bytes = size_in_bytes(text);
  if (!bytes || *bytes < 0 || *bytes >= 0x1p64) return std::nullopt;
  return static_cast<std::uint64_t>(*bytes);
}

std::string_view operand_wanted(Type type) {
  switch (type) {
    case Type::flag: return "yes or no";
    case Type::count:
    case Type::integer: return "a number";
    case Type::bytes:
    case Type::byte_change: return "a size such as 10M";
    case Type::percent: return "a share such as 50%";
    case Type::address: return "an address such as 0x7f0000000000";
    case Type::inode: return "an inode number";
    case Type::device: return "a device such as fe:00";
    case Type::duration: return "a time such as 1.5s";
    case Type::timestamp: return "nanoseconds since the epoch";
    case Type::rate:
    case Type::number: return "a number";
    case Type::none:
    case Type::text: return "a text";
  }
  std::unreachable();
}

bool read_operand(Filter::Node& node, Type type, std::string_view text) {
  switch (type) {
    case Type::flag: return assign(node.number, to_flag(text));
    case Type::count:
    case Type::integer:
    case Type::bytes:
    case Type::byte_change: return assign(node.number, size_in_bytes(text));
    case Type::percent: return assign(node.number, to_percent(text));
    case Type::duration: return assign(node.number, with_unit(text, kTimeUnits));
    case Type::timestamp:
    case Type::rate:
    case Type::number: return assign(node.number, to_double(text));
    case Type::address:
    case Type::inode: return assign(node.exact, to_exact(text));
    case Type::device: return assign(node.exact, to_device(text));
    case Type::none:
    case Type::text: node.text = text; return true;
  }
  std::unreachable();
}

}  // namespace pageloupe
