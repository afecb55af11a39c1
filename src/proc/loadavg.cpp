// SPDX-License-Identifier: MIT
#include "proc/loadavg.h"

#include "base/text.h"
#include "proc/decimal.h"

namespace pageloupe {

Result<LoadAverage> parse_loadavg(std::string_view text) {
  auto line = take_line(text);
  const auto one = to_decimal(take_word(line));
  const auto five = to_decimal(take_word(line));
  const auto fifteen = to_decimal(take_word(line));
  auto counts = take_word(line);
  const auto runnable = to_number<std::uint64_t>(take_until(counts, '/'));
  const auto tasks = to_number<std::uint64_t>(counts);
  const auto last_pid = to_number<std::int32_t>(take_word(line));
  if (!one || !five || !fifteen || !runnable || !tasks || !last_pid) return malformed("loadavg");
  return LoadAverage{*one, *five, *fifteen, *runnable, *tasks, {*last_pid}};
}

}  // namespace pageloupe
