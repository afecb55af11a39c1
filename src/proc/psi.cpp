// SPDX-License-Identifier: MIT
#include "proc/psi.h"

#include <limits>

#include "base/text.h"
#include "proc/decimal.h"

namespace pageloupe {
namespace {

// Takes "name=value" off the front; empty where the name is another one.
std::string_view take_value(std::string_view& line, std::string_view name) {
  auto word = take_word(line);
  return take_until(word, '=') == name ? word : std::string_view{};
}

std::optional<PressureTimes> parse_times(std::string_view line) {
  constexpr std::uint64_t kNanosecondsAMicrosecond = 1000;
  const auto avg10 = to_decimal(take_value(line, "avg10"));
  const auto avg60 = to_decimal(take_value(line, "avg60"));
  const auto avg300 = to_decimal(take_value(line, "avg300"));
  const auto total = to_number<std::uint64_t>(take_value(line, "total"));
  if (!avg10 || !avg60 || !avg300 || !total) return std::nullopt;
  if (*total > std::numeric_limits<std::uint64_t>::max() / kNanosecondsAMicrosecond) return std::nullopt;
  return PressureTimes{{*avg10}, {*avg60}, {*avg300}, {*total * kNanosecondsAMicrosecond}};
}

}  // namespace

Result<Pressure> parse_pressure(std::string_view text) {
  std::optional<PressureTimes> some;
  std::optional<PressureTimes> full;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto kind = take_word(rest);
    if (kind != "some" && kind != "full") continue;
    const auto times = parse_times(rest);
    if (!times) return malformed("pressure", kind == "some" ? "some" : "full", line);
    (kind == "some" ? some : full) = times;
  }
  if (!some) return malformed("pressure", "some");
  return Pressure{.some = *some, .full = full};
}

}  // namespace pageloupe
