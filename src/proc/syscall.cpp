// SPDX-License-Identifier: MIT
#include "proc/syscall.h"

#include "base/text.h"

namespace pageloupe {

// "NR ARG*6 SP PC", or "-1 SP PC" outside a system call, the addresses with 0x before them.
Result<Address> parse_stack_pointer(std::string_view text) {
  auto line = take_line(text);
  if (line.starts_with("running")) return fail(Errc::not_applicable);
  std::string_view before_last;
  std::string_view last;
  const bool outside = line.starts_with("-1 ");
  std::size_t words = 0;
  for (; !skip_blanks(line).empty(); ++words) {
    before_last = last;
    last = take_word(line);
  }
  // A line that is cut has an argument where the pointer should be.
  const bool whole = words == 9 || (words == 3 && outside);
  if (!whole || !before_last.starts_with("0x")) return malformed("syscall");
  const auto sp = to_number<std::uint64_t>(before_last.substr(2), 16);
  if (!sp) return malformed("syscall");
  return Address{*sp};
}

}  // namespace pageloupe
