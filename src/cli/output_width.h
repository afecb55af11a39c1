// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

namespace pageloupe {

// The columns that a line of standard output has: COLUMNS, also where it is no terminal, else the terminal's;
// nothing for a pipe or a file.
[[nodiscard]] std::optional<std::size_t> output_width();

}  // namespace pageloupe
