// SPDX-License-Identifier: MIT
#include "proc/smaps_rollup.h"

namespace pageloupe {

Result<SmapsUsage> parse_smaps_rollup(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("smaps_rollup", "end of line");
  SmapsUsage usage;
  if (!take_line(text).contains("[rollup]")) return malformed("smaps_rollup", "[rollup]", 1);
  for (std::uint32_t line = 2; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto key = take_until(rest, ':');
    const auto value = parse_quantity(rest);
    if (!value) return malformed("smaps_rollup", {}, line);
    if (const auto known = find_key(kSmapsKeys, key)) usage.set(*known, *value);
  }
  if (!usage[SmapsKey::rss]) return malformed("smaps_rollup", "Rss");
  return usage;
}

}  // namespace pageloupe
