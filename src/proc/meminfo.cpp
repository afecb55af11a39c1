// SPDX-License-Identifier: MIT
#include "proc/meminfo.h"

namespace pageloupe {

Result<Meminfo> parse_meminfo(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("meminfo", "end of line");
  Meminfo meminfo;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto key = find_key(kMeminfoKeys, take_until(rest, ':'));
    if (!key) continue;
    const auto value = parse_quantity(rest);
    if (!value) return malformed("meminfo", kMeminfoKeys[static_cast<std::size_t>(*key)].text, line);
    meminfo.set(*key, *value);
  }
  if (!meminfo[MeminfoKey::mem_total]) return malformed("meminfo", "MemTotal");
  return meminfo;
}

}  // namespace pageloupe
