// SPDX-License-Identifier: MIT
#include "render/look.h"

#include <array>
#include <ctime>

#include "render/cell.h"
#include "render/format.h"
#include "render/vm_flags.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

void append_cpu_time(Buffer& buffer, std::uint64_t seconds) {
  if (const auto days = seconds / 86400; days != 0) append_format(buffer, "{}-", days);
  append_format(buffer, "{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

// As TIME+ of top: no seconds from a thousand hours on.
void append_hundredths(Buffer& buffer, std::uint64_t nanoseconds) {
  const auto seconds = nanoseconds / kSecond;
  if (seconds >= std::uint64_t{3600} * 1000)
    return append_format(buffer, "{},{:02}", seconds / 3600, seconds / 60 % 60);
  append_format(buffer, "{}:{:02}.{:02}", seconds / 60, seconds % 60, nanoseconds / 10'000'000 % 100);
}

void append_elapsed(Buffer& buffer, std::uint64_t seconds) {
  const auto days = seconds / 86400;
  if (days != 0) append_format(buffer, "{}-", days);
  if (seconds >= 3600) append_format(buffer, "{:02}:", seconds / 3600 % 24);
  append_format(buffer, "{:02}:{:02}", seconds / 60 % 60, seconds % 60);
}

std::tm local_time(Timestamp time) {
  const auto seconds = static_cast<std::time_t>(time.value / kSecond);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

void append_time(Buffer& buffer, const std::tm& parts, const char* format) {
  std::array<char, 64> text{};
  append(buffer, {text.data(), std::strftime(text.data(), text.size(), format, &parts)});
}

void append_start(Buffer& buffer, Timestamp start, Timestamp now, Look look) {
  const auto then = local_time(start);
  const auto today = local_time(now);
  const bool same_year = then.tm_year == today.tm_year;
  const bool same_day = same_year && then.tm_yday == today.tm_yday;
  if (look == Look::start_long) return append_time(buffer, then, "%a %b %e %H:%M:%S %Y");
  if (look == Look::start_clock) {
    // ps shows the clock for a day's length, whatever the date.
    const bool recent = now.value < start.value + 86400 * kSecond;
    return append_time(buffer, then, recent ? "%H:%M:%S" : "  %b %d");
  }
  append_time(buffer, then, same_day ? "%H:%M" : same_year ? "%b%d" : "%Y");
}

// 0.2 for 0.26: ps cuts off; from 100 on it shows no decimal.
void append_ps_percent(Buffer& buffer, double percent) {
  const auto tenths = static_cast<std::uint64_t>(percent * 10.0);
  if (tenths >= 1000) return append_format(buffer, "{}", tenths / 10);
  append_format(buffer, "{}.{}", tenths / 10, tenths % 10);
}

void append_thousandths(Buffer& buffer, double percent) {
  const auto thousandths = static_cast<std::uint64_t>(percent * 1000.0);
  append_format(buffer, "{}.{:03}", thousandths / 1000, thousandths % 1000);
}

}  // namespace

bool append_look(Buffer& buffer, const Value& value, Look look, Timestamp now) {
  const auto* duration = std::get_if<Nanoseconds>(&value);
  const auto* time = std::get_if<Timestamp>(&value);
  const auto* percent = std::get_if<Percent>(&value);
  const auto* address = std::get_if<Address>(&value);
  const auto* text = std::get_if<std::string_view>(&value);
  const auto* number = std::get_if<Number>(&value);
  switch (look) {
    case Look::plain:
    case Look::pid:
    case Look::whole_bytes:
    case Look::per_second:
    case Look::trend:
    case Look::name: return false;
    case Look::cpu_time:
      if (duration != nullptr) append_cpu_time(buffer, duration->value / kSecond);
      return duration != nullptr;
    case Look::bsd_time:
      if (duration != nullptr)
        append_format(buffer, "{}:{:02}", duration->value / kSecond / 60, duration->value / kSecond % 60);
      return duration != nullptr;
    case Look::cpu_hundredths:
      if (duration != nullptr) append_hundredths(buffer, duration->value);
      return duration != nullptr;
    case Look::elapsed:
      if (duration != nullptr) append_elapsed(buffer, duration->value / kSecond);
      return duration != nullptr;
    case Look::start_short:
    case Look::start_clock:
    case Look::start_long:
      if (time != nullptr) append_start(buffer, *time, now, look);
      return time != nullptr;
    case Look::ps_thousandths:
      if (percent != nullptr) append_thousandths(buffer, percent->value);
      return percent != nullptr;
    case Look::bare_percent:
      if (percent != nullptr) append_format(buffer, "{:.1f}", percent->value);
      return percent != nullptr;
    case Look::priority_or_rt: {
      constexpr std::int64_t kHighest = -100;
      const auto* priority = std::get_if<std::int64_t>(&value);
      if (priority == nullptr || *priority > kHighest) return false;
      append(buffer, "rt");
      return true;
    }
    case Look::hundredths:
      if (number != nullptr) append_format(buffer, "{:.2f}", number->value);
      return number != nullptr;
    case Look::sixteen_digits:
      if (address != nullptr) append_hex(buffer, address->value, 16);
      return address != nullptr;
    case Look::ps_percent:
      if (percent != nullptr) append_ps_percent(buffer, percent->value);
      return percent != nullptr;
    case Look::vm_flags:
      if (text != nullptr) append_vm_flags(buffer, *text);
      return text != nullptr;
  }
  std::unreachable();
}

}  // namespace pageloupe
