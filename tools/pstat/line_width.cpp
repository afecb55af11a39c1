// SPDX-License-Identifier: MIT
#include "pstat/line_width.h"

#include <algorithm>

#include "cli/output_width.h"

namespace pageloupe::pstat {

std::size_t line_width(const LineWidth& asked) {
  if (asked.unlimited) return 0;
  if (asked.columns) return static_cast<std::size_t>(*asked.columns);
  const auto width = output_width();
  return width ? std::max(asked.least, *width) : 0;
}

}  // namespace pageloupe::pstat
