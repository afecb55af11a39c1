// SPDX-License-Identifier: MIT
#include "proc/limits.h"

#include "base/text.h"

namespace pageloupe {
namespace {

// "unlimited" or a number. False for any other text.
bool read_limit(std::string_view word, std::optional<std::uint64_t>& limit) {
  if (word == "unlimited") return true;
  limit = to_number<std::uint64_t>(word);
  return limit.has_value();
}

}  // namespace

Result<PidLimits> parse_limits(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("limits", "end of line");
  PidLimits limits;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const auto line = take_line(text);
    for (const auto& known : kLimitNames) {
      if (!line.starts_with(known.text)) continue;
      auto rest = line.substr(known.text.size());
      LimitPair pair;
      if (!read_limit(take_word(rest), pair.soft) || !read_limit(take_word(rest), pair.hard)) {
        return malformed("limits", known.text, number);
      }
      limits.limits[static_cast<std::size_t>(known.limit)] = pair;
    }
  }
  return limits;
}

}  // namespace pageloupe
