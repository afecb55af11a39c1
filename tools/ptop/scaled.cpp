// SPDX-License-Identifier: MIT
#include "ptop/scaled.h"

#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ptop {

std::size_t append_scaled(Buffer& buffer, Bytes size, MemoryScale scale, std::size_t width) {
  const auto begin = buffer.size();
  if (scale == MemoryScale::human) {
    append_human_size(buffer, size);
    return buffer.size() - begin;
  }
  for (auto unit = static_cast<std::size_t>(scale); unit < kScales.size(); ++unit) {
    buffer.shorten(begin);
    const auto& row = kScales[unit];
    if (row.scale == MemoryScale::kib) {
      append_format(buffer, "{}", size.value / row.bytes);
    } else {
      append_format(buffer, "{:.1f}{}", scaled(size, row.scale), row.letter);
    }
    if (buffer.size() - begin <= width) break;
  }
  return buffer.size() - begin;
}

}  // namespace pageloupe::ptop
