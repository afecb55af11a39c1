// SPDX-License-Identifier: MIT
#include "proc/uptime.h"

#include <limits>
#include <optional>

#include "base/text.h"

namespace pageloupe {
namespace {

// "12.34": always two digits behind the point.
std::optional<Nanoseconds> to_nanoseconds(std::string_view text) {
  constexpr std::uint64_t kNanosecondsASecond = 1'000'000'000;
  const auto seconds = to_number<std::uint64_t>(take_until(text, '.'));
  const auto hundredths = to_number<std::uint64_t>(text);
  if (!seconds || !hundredths || text.size() != 2) return std::nullopt;
  if (*seconds >= std::numeric_limits<std::uint64_t>::max() / kNanosecondsASecond) return std::nullopt;
  return Nanoseconds{*seconds * kNanosecondsASecond + *hundredths * (kNanosecondsASecond / 100)};
}

}  // namespace

Result<Uptime> parse_uptime(std::string_view text) {
  auto line = take_line(text);
  const auto up = to_nanoseconds(take_word(line));
  const auto idle = to_nanoseconds(take_word(line));
  if (!up || !idle) return malformed("uptime");
  return Uptime{.up = *up, .idle = *idle};
}

}  // namespace pageloupe
