// SPDX-License-Identifier: MIT
#include "cpu/data_tlb.h"

#include <algorithm>

namespace pageloupe {
namespace {

// The row that translates loads of such pages; a level of stores only says nothing of them.
const TlbLevel* find_row(std::span<const TlbLevel> rows, std::size_t level, PageSize page) {
  const auto found = std::ranges::find_if(rows, [&](const TlbLevel& row) {
    const bool of_loads =
        row.kind == TlbKind::data || row.kind == TlbKind::unified || row.kind == TlbKind::load;
    return of_loads && row.level == level && row.entries && row.pages.contains(page);
  });
  return found == rows.end() ? nullptr : &*found;
}

std::optional<DataTlb> level_of(std::span<const TlbLevel> rows, std::size_t level, PageSize base) {
  const auto* const small = find_row(rows, level, base);
  if (small == nullptr) return std::nullopt;
  const auto* const huge = find_row(rows, level, PageSize::m2);
  return DataTlb{.base = *small->entries,
                 .huge = huge != nullptr ? std::uint64_t{*huge->entries} : 0,
                 .shared = small == huge};
}

}  // namespace

DataTlbs data_tlbs(std::span<const TlbLevel> declared, std::span<const TlbLevel> published, PageSize base) {
  DataTlbs tlbs;
  for (std::size_t i = 0; i < tlbs.levels.size(); ++i) {
    tlbs.levels[i] = level_of(declared, i + 1, base);
    if (!tlbs.levels[i]) tlbs.levels[i] = level_of(published, i + 1, base);
  }
  return tlbs;
}

}  // namespace pageloupe
