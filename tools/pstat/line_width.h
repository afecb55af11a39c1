// SPDX-License-Identifier: MIT
#pragma once

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// The columns that lines may have, 0 for no end: what was asked for, else COLUMNS, else the terminal's width;
// without end into a pipe or a file.
[[nodiscard]] std::size_t line_width(const LineWidth& asked);

}  // namespace pageloupe::pstat
