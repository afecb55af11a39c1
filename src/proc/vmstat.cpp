// SPDX-License-Identifier: MIT
#include "proc/vmstat.h"

namespace pageloupe {

Result<Vmstat> parse_vmstat(std::string_view text) {
  Vmstat vmstat;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto key = find_key(kVmstatKeys, take_until(rest, ' '));
    if (!key) continue;
    const auto value = to_number<std::uint64_t>(trim(rest));
    if (!value) return malformed("vmstat", kVmstatKeys[static_cast<std::size_t>(*key)].text, line);
    vmstat.set(*key, *value);
  }
  if (!vmstat[VmstatKey::pgfault]) return malformed("vmstat", "pgfault");
  return vmstat;
}

}  // namespace pageloupe
