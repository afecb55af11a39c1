// SPDX-License-Identifier: MIT
// The table of processes as lines.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ptop/column_sets.h"
#include "ptop/line.h"
#include "ptop/process_list.h"
#include "ptop/scaled.h"
#include "render/cell.h"

namespace pageloupe::ptop {

struct TableStyle {
  CellStyle cell{};
  MemoryScale scale = MemoryScale::human;
  double cpu_divisor = 1;  // of CPU shares: the number of CPUs where they are of all of them
};

// What of the list is on the screen, and how it is marked.
struct TableMarks {
  std::optional<std::size_t> cursor{};  // a line of the list
  const std::set<ProcessId>* tagged = nullptr;
  std::string_view search{};  // text in the command that is to be seen
  const Field<ProcessRow>* sorted = nullptr;
  bool descending = true;
  bool sums = false;        // beside a process stand the sums of all below it
  std::size_t shifted = 0;  // columns that are scrolled away to the left
  Instant stale_before{};   // what was read before this is dimmed
};

class TableView {
 public:
  // Forgets the widths that it has learnt.
  void set_columns(std::vector<ShownColumn> columns);
  void forget_widths();
  [[nodiscard]] std::span<const ShownColumn> columns() const { return columns_; }

  // What a column is called here, shown or not.
  [[nodiscard]] std::string_view header_of(const Field<ProcessRow>& field) const;

  // The files that the columns need besides stat, statm and the owner.
  [[nodiscard]] SourceSet costly() const;

  void add_heading(Frame& frame, const TableMarks& marks, Size size) const;

  // The lines [first, last) of the list, each a line of the frame.
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  void add_rows(Frame& frame, const ProcessList& list, Range range, RowMaker& rows, const TableMarks& marks,
                const TableStyle& style, Size size);

  // The column of the heading at that place of the screen; nothing between and behind them.
  [[nodiscard]] const ShownColumn* column_at(std::size_t place, std::size_t shifted) const;

 private:
  struct Cell {
    Value value{};
    bool stale = false;
    bool partial = false;  // a sum of which some parts are not known, or counters that did not see all
  };

  void add_row(Line& line, const ProcessList& list, const Listed& listed, RowMaker& rows,
               const TableMarks& marks, const TableStyle& style);
  [[nodiscard]] Cell cell_of(std::size_t column, const ProcessList& list, const Listed& listed,
                             RowMaker& rows, const TableMarks& marks);
  void add_cell(Line& line, std::size_t column, const Cell& cell, Paint row, const TableStyle& style,
                bool last);
  void add_command(Line& line, const Listed& listed, const Cell& cell, Paint row, const TableMarks& marks,
                   const TableStyle& style, bool last);
  std::vector<ShownColumn> columns_;
  std::vector<std::size_t> widths_;
  Buffer scratch_;
};

}  // namespace pageloupe::ptop
