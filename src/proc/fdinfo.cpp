// SPDX-License-Identifier: MIT
#include "proc/fdinfo.h"

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::string_view kFile = "fdinfo";

// The counter of an eventfd is in hexadecimal.
template <class T>
bool take(std::string_view text, std::optional<T>& to, int base = 10) {
  to = to_number<T>(take_word(text), base);
  return to.has_value();
}

bool add_line(std::string_view key, std::string_view value, FdInfo& info) {
  std::optional<std::uint32_t> flags;
  std::optional<std::int32_t> number;
  if (key == "flags") {
    const bool good = take(value, flags, 8);
    info.flags = flags.value_or(0);
    return good;
  }
  if (key == "eventfd-count") return take(value, info.eventfd_count, 16);
  if (key == "eventfd-id") return take(value, info.eventfd_id);
  if (key == "ticks") return take(value, info.timer_ticks);
  if (key == "Pid") {
    const bool good = take(value, number);
    info.pid = Pid{number.value_or(-1)};
    return good;
  }
  if (key == "tfd") {
    const bool good = take(value, number);
    if (good) info.watched.push_back(*number);
    return good;
  }
  if (key == "inotify wd") ++info.inotify_watches;
  return true;
}

}  // namespace

Result<FdInfo> parse_fdinfo(std::string_view text) {
  FdInfo info;
  bool has_flags = false;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto value = take_line(text);
    const auto key = trim(take_until(value, ':'));
    if (!add_line(key, value, info)) return malformed(kFile, {}, line);
    has_flags = has_flags || key == "flags";
  }
  if (!has_flags) return malformed(kFile, "flags");
  return info;
}

std::optional<std::uint64_t> bracketed_number(std::string_view link, std::string_view word) {
  if (!link.starts_with(word) || !link.ends_with(']')) return std::nullopt;
  link.remove_prefix(word.size());
  if (!link.starts_with(":[")) return std::nullopt;
  link.remove_prefix(2);
  link.remove_suffix(1);
  return to_number<std::uint64_t>(link);
}

}  // namespace pageloupe
