// SPDX-License-Identifier: MIT
#include "proc/ksm_stat.h"

#include "base/text.h"

namespace pageloupe {
namespace {

template <std::integral T>
bool assign(std::optional<T>& to, std::string_view word) {
  to = to_number<T>(word);
  return to.has_value();
}

bool assign(std::optional<Pages>& to, std::string_view word) {
  const auto value = to_number<std::uint64_t>(word);
  if (value) to = Pages{*value};
  return value.has_value();
}

bool assign(std::optional<bool>& to, std::string_view word) {
  if (word == "yes" || word == "no") to = word == "yes";
  return to.has_value();
}

// True for a key that is not known.
bool read_key(std::string_view key, std::string_view word, KsmStat& stat) {
  if (key == "ksm_rmap_items") return assign(stat.rmap_items, word);
  if (key == "ksm_zero_pages") return assign(stat.zero_pages, word);
  if (key == "ksm_merging_pages") return assign(stat.merging_pages, word);
  if (key == "ksm_process_profit") return assign(stat.process_profit, word);
  if (key == "ksm_merge_any") return assign(stat.merge_any, word);
  if (key == "ksm_mergeable") return assign(stat.mergeable, word);
  return true;
}

}  // namespace

Result<KsmStat> parse_ksm_stat(std::string_view text) {
  KsmStat stat;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    auto key = take_word(rest);
    if (key.ends_with(':')) key.remove_suffix(1);  // the older lines have no colon
    if (!read_key(key, trim(rest), stat)) return malformed("ksm_stat", {}, line);
  }
  return stat;
}

}  // namespace pageloupe
