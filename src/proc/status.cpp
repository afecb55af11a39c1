// SPDX-License-Identifier: MIT
#include "proc/status.h"

#include "base/text.h"

namespace pageloupe {
namespace {

bool read_ids(std::string_view text, std::array<std::uint32_t, 4>& ids) {
  for (auto& id : ids) {
    const auto value = to_number<std::uint32_t>(take_word(text));
    if (!value) return false;
    id = *value;
  }
  return true;
}

bool is_set_of_signals(StatusKey key) { return key >= StatusKey::sig_pnd && key <= StatusKey::sig_cgt; }

}  // namespace

Result<PidStatus> parse_status(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("status", "end of line");
  PidStatus status;
  std::size_t next = 0;  // keys come in the table's order: look where the last one was found first
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto key = take_until(rest, ':');
    if (key == "Name") {
      status.name = rest.starts_with('\t') ? rest.substr(1) : rest;
    } else if (key == "Uid") {
      if (!read_ids(rest, status.uid)) return malformed("status", "Uid", line);
    } else if (key == "Gid") {
      if (!read_ids(rest, status.gid)) return malformed("status", "Gid", line);
    } else if (key == "Groups") {
      status.groups = trim(rest);
    } else if (key == "NSpid") {
      status.ns_pid = trim(rest);
    } else {
      auto at = next;
      while (at < kStatusKeys.size() && kStatusKeys[at].text != key) ++at;
      if (at == kStatusKeys.size()) {
        const auto known = find_key(kStatusKeys, key);
        if (!known) continue;
        at = static_cast<std::size_t>(*known);
      }
      const auto value = is_set_of_signals(kStatusKeys[at].key) ? to_number<std::uint64_t>(trim(rest), 16)
                                                                : parse_quantity(rest);
      if (!value) return malformed("status", kStatusKeys[at].text, line);
      status.values.set(kStatusKeys[at].key, *value);
      next = at + 1;
    }
  }
  if (!status.values[StatusKey::tgid]) return malformed("status", "Tgid");
  return status;
}

}  // namespace pageloupe
