// SPDX-License-Identifier: MIT
#include "proc/cmdline.h"

#include <algorithm>

namespace pageloupe {

std::string join_arguments(std::string_view cmdline) {
  std::string joined(cmdline);
  join_arguments_in(joined);
  return joined;
}

void join_arguments_in(std::string& cmdline) {
  const auto last = cmdline.find_last_not_of(std::string_view("\0 ", 2));
  cmdline.resize(last == std::string::npos ? 0 : last + 1);
  std::ranges::replace(cmdline, '\0', ' ');
}

}  // namespace pageloupe
