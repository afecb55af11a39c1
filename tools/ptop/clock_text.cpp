// SPDX-License-Identifier: MIT
#include "ptop/clock_text.h"

#include <ctime>

#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

}  // namespace

void append_clock(Buffer& buffer, Timestamp now) {
  const auto seconds = static_cast<std::time_t>(now.value / kSecond);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  append_format(buffer, "{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void append_uptime(Buffer& buffer, Nanoseconds up) {
  const auto minutes = up.value / kSecond / 60;
  const auto hours = minutes / 60;
  if (const auto days = hours / 24; days != 0)
    append_format(buffer, "{} {}, ", days, days > 1 ? "days" : "day");
  if (hours % 24 != 0) {
    append_format(buffer, "{:2}:{:02}", hours % 24, minutes % 60);
  } else {
    append_format(buffer, "{} min", minutes % 60);
  }
}

}  // namespace pageloupe::ptop
