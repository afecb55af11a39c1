// SPDX-License-Identifier: MIT
#include "record/when.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "base/text.h"
#include "render/format.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

struct Unit {
  char letter = 's';
  std::uint64_t seconds = 1;
};
constexpr auto kUnits = std::to_array<Unit>({{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}});

std::tm parts_of(Timestamp time) {
  const auto seconds = static_cast<std::time_t>(time.value / kSecond);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

// Two digits between bounds, off the front.
bool take_two(std::string_view& text, int most, int& value) {
  const auto number = to_number<unsigned>(text.substr(0, 2));
  if (text.size() < 2 || !number || static_cast<int>(*number) > most) return false;
  value = static_cast<int>(*number);
  text.remove_prefix(2);
  return true;
}

bool take_char(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// HH:MM[:SS].
bool take_clock(std::string_view& text, std::tm& parts) {
  parts.tm_sec = 0;
  if (!take_two(text, 23, parts.tm_hour) || !take_char(text, ':') || !take_two(text, 59, parts.tm_min))
    return false;
  return !take_char(text, ':') || take_two(text, 60, parts.tm_sec);
}

// YYYY-MM-DD.
bool take_date(std::string_view& text, std::tm& parts) {
  const auto year = to_number<unsigned>(text.substr(0, 4));
  if (text.size() < 4 || !year || *year < 1970) return false;
  text.remove_prefix(4);
  int month = 0;
  if (!take_char(text, '-') || !take_two(text, 12, month) || month == 0) return false;
  parts.tm_year = static_cast<int>(*year) - 1900;
  parts.tm_mon = month - 1;
  return take_char(text, '-') && take_two(text, 31, parts.tm_mday) && parts.tm_mday != 0;
}

std::optional<Timestamp> to_time(std::tm parts, bool utc) {
  parts.tm_isdst = -1;
  const auto day = parts.tm_mday;
  const auto seconds = utc ? ::timegm(&parts) : std::mktime(&parts);
  if (seconds < 0 || parts.tm_mday != day) return std::nullopt;  // there is no 31 February
  return Timestamp{static_cast<std::uint64_t>(seconds) * kSecond};
}

std::optional<Timestamp> date_and_clock(std::string_view text) {
  std::tm parts{};
  if (!take_date(text, parts)) return std::nullopt;
  if (text.empty()) return to_time(parts, false);
  if (!take_char(text, 'T') && !take_char(text, ' ')) return std::nullopt;
  if (!take_clock(text, parts)) return std::nullopt;
  const bool utc = take_char(text, 'Z');
  return text.empty() ? to_time(parts, utc) : std::nullopt;
}

// That clock on the day of a time, or on one before it.
Timestamp on_day(Timestamp day, int days_before, const std::tm& clock) {
  auto parts = parts_of(day);
  parts.tm_mday -= days_before;
  parts.tm_hour = clock.tm_hour;
  parts.tm_min = clock.tm_min;
  parts.tm_sec = clock.tm_sec;
  parts.tm_isdst = -1;
  return {static_cast<std::uint64_t>(std::max<std::time_t>(std::mktime(&parts), 0)) * kSecond};
}

std::optional<Timestamp> clock_alone(std::string_view text, const WhenContext& context) {
  std::tm clock{};
  if (!take_clock(text, clock) || !text.empty()) return std::nullopt;
  const auto here = on_day(context.current, 0, clock);
  if (here >= context.first && here <= context.last) return here;
  const auto at_the_end = on_day(context.last, 0, clock);
  return at_the_end <= context.last ? at_the_end : on_day(context.last, 1, clock);
}

std::optional<Timestamp> relative(std::string_view text, Timestamp from) {
  const bool back = text.starts_with('-');
  if (!back && !text.starts_with('+')) return std::nullopt;
  const auto span = parse_span(text.substr(1));
  if (!span) return std::nullopt;
  if (back) return Timestamp{from.value - std::min(from.value, span->value)};
  return Timestamp{from.value + span->value};
}

std::optional<Timestamp> since_epoch(std::string_view text) {
  constexpr std::uint64_t kMost = 9'000'000'000;
  constexpr std::size_t kDecimals = 9;
  if (!take_char(text, '@')) return std::nullopt;
  const bool fraction = text.find('.') != std::string_view::npos;
  const auto seconds = to_number<std::uint64_t>(take_until(text, '.'));
  if (!seconds || *seconds > kMost || text.size() > kDecimals || fraction == text.empty())
    return std::nullopt;
  std::string decimals(text);
  decimals.resize(kDecimals, '0');
  const auto nanoseconds = to_number<std::uint64_t>(decimals);
  if (!nanoseconds) return std::nullopt;
  return Timestamp{*seconds * kSecond + *nanoseconds};
}

}  // namespace

std::optional<Nanoseconds> parse_span(std::string_view text) {
  constexpr std::uint64_t kMost = 9'000'000'000;
  if (text.empty()) return std::nullopt;
  std::uint64_t seconds = 0;
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = to_number<std::uint64_t>(text.substr(0, digits));
    if (!number || *number > kMost) return std::nullopt;
    text.remove_prefix(digits);
    const auto* const unit =
        text.empty() ? kUnits.begin() : std::ranges::find(kUnits, text.front(), &Unit::letter);
    if (unit == kUnits.end()) return std::nullopt;
    if (!text.empty()) text.remove_prefix(1);
    seconds += *number * unit->seconds;
  }
  if (seconds > kMost) return std::nullopt;
  return Nanoseconds{seconds * kSecond};
}

std::expected<Timestamp, std::string> parse_when(std::string_view text, const WhenContext& context) {
  text = trim(text);
  if (text == "first") return context.first;
  if (text == "last") return context.last;
  if (const auto time = clock_alone(text, context)) return *time;
  if (const auto time = date_and_clock(text)) return *time;
  if (const auto time = relative(text, context.current)) return *time;
  if (const auto time = since_epoch(text)) return *time;
  return std::unexpected(
      "'" + std::string(text) +
      "' is no time: 03:12, 03:12:04, 2026-11-25 03:12, -5m, +1h30m, @1795576324, first, last");
}

std::string date_time(Timestamp time) {
  const auto parts = parts_of(time);
  return format_text("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace pageloupe
