// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "render/cell.h"

namespace pageloupe::pstat {

// A size as people read it, in the unit that was asked for.
[[nodiscard]] inline std::string size_text(Bytes size, const CellStyle& style) {
  Buffer buffer;
  auto human = style;
  if (human.size == SizeUnit::kib) human.size = SizeUnit::human;
  append_cell(buffer, size, human);
  return std::string(buffer.view());
}

}  // namespace pageloupe::pstat
