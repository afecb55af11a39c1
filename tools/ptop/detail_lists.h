// SPDX-License-Identifier: MIT
// The tabs that are tables. Part of the details; nothing else includes it.
#pragma once

#include "ptop/detail_layout.h"
#include "ptop/detail_table.h"

namespace pageloupe::ptop {

// The columns of a list that has a cursor.
[[nodiscard]] std::vector<ShownColumn> columns_of(const DetailView& view, const DetailTable& table,
                                                  std::size_t columns);

// What stands below the map: the sums of what is shown; empty where there are none.
[[nodiscard]] std::vector<Value> map_total(const MapPart& map, const DetailView& view);

}  // namespace pageloupe::ptop
