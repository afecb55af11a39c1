// SPDX-License-Identifier: MIT
// Tables in lines: as many columns as there is room for. Part of the details; nothing else includes it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ptop/detail_view.h"

namespace pageloupe::ptop {

// How cells look.
struct CellLook {
  SizeUnit unit = SizeUnit::human;
  Look look = Look::plain;
  TextStyle style{};
};

// A value flush right in that many columns; a number that has no room there is shown as "?".
void add_right(Line& line, const Value& value, std::size_t columns, const CellLook& look);

// Strangers' bytes without their first `shift` columns.
void add_shifted(Line& line, Paint paint, std::string_view bytes, std::size_t shift, TextStyle style);

// A column as it is shown.
struct ShownColumn {
  std::string_view name{};  // of the column in the table
  int rank = 0;             // where there is no room, the highest is left out first
  std::size_t least = 0;    // columns on the terminal
  std::size_t most = 0;     // as much where there is room; 0: as `least`
  std::size_t index = 0;    // in the table, once it is laid out
  const Column* column = nullptr;
};

// Those of the columns that the table has and the terminal has room for, blanks between them.
[[nodiscard]] std::vector<ShownColumn> lay_out(std::span<const ShownColumn> wanted, const DetailTable& table,
                                               std::size_t columns);

void show_heading(Line& line, std::span<const ShownColumn> columns, const std::optional<DetailOrder>& order);

// `shift` moves the text of the last column.
void show_row(Line& line, std::span<const ShownColumn> columns, std::span<const Value> row,
              const DetailView& view);

// Columns that a size takes at most.
[[nodiscard]] constexpr std::size_t size_columns(SizeUnit unit) {
  switch (unit) {
    case SizeUnit::human: return 7;
    case SizeUnit::kib: return 12;
    case SizeUnit::bytes: return 15;
  }
  return 15;
}

}  // namespace pageloupe::ptop
