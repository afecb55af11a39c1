// SPDX-License-Identifier: MIT
#include "proc/statm.h"

#include "base/text.h"

namespace pageloupe {

Result<PidStatm> parse_statm(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("statm", "end of line");
  auto line = take_line(text);
  const auto next = [&line] { return to_number<std::uint64_t>(take_word(line)); };
  const auto size = next();
  const auto resident = next();
  const auto shared = next();
  const auto exe = next();
  const auto lib = next();  // 0 since Linux 2.6
  const auto data = next();
  if (!size || !resident || !shared || !exe || !lib || !data) return malformed("statm");
  return PidStatm{{*size}, {*resident}, {*shared}, {*exe}, {*data}};
}

}  // namespace pageloupe
