// SPDX-License-Identifier: MIT
// Where things stand on the screen of one process. Part of the details; nothing else includes it.
#pragma once

#include <optional>

#include "ptop/detail_view.h"

namespace pageloupe::ptop {

// Rows of the screen: the title is the first of them.
struct DetailLayout {
  bool tabs = false;
  bool heading = false;  // of a table
  bool total = false;    // below a table
  bool hint = false;     // what the keys do, last
  std::size_t list_begin = 0;
  std::size_t list = 0;  // rows of the list
};
[[nodiscard]] DetailLayout layout_of(const DetailView& view, Size size);

// The table that a list shows; nullptr where there is none, or nothing was read yet.
[[nodiscard]] const DetailTable* table_of(const DetailData& data, DetailList list);

// Whether a row of the list is chosen; others scroll as a whole.
[[nodiscard]] bool has_cursor(DetailList list);

// Rows that the list has now.
[[nodiscard]] std::size_t count_rows(const DetailData& data, const DetailView& view);

// The tab that stands at that column of their line.
[[nodiscard]] std::optional<std::size_t> tab_at(std::size_t column);

}  // namespace pageloupe::ptop
