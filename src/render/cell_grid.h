// SPDX-License-Identifier: MIT
// Cells that wait until the widths of their columns are known: one arena of text, eight bytes a cell.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "render/output.h"

namespace pageloupe {

class CellGrid {
 public:
  // Forgets the cells and sets the least widths, one for each column.
  void reset(std::vector<std::size_t> widths) {
    widths_ = std::move(widths);
    text_.clear();
    cells_.clear();
  }

  // A cell is what is appended to text() before end_cell(); `columns` is what it takes on a terminal.
  [[nodiscard]] Buffer& text() { return text_; }
  void end_cell(std::size_t columns) {
    auto& width = widths_[cells_.size() % widths_.size()];
    width = std::max(width, columns);
    cells_.push_back(
        {static_cast<std::uint32_t>(text_.size() - ended_at()), static_cast<std::uint32_t>(columns)});
    end_ = text_.size();
  }
  // A cell of plain ASCII.
  void add(std::string_view text) {
    append(text_, text);
    end_cell(text.size());
  }

  // Makes a column at least that wide.
  void widen(std::size_t column, std::size_t width) { widths_[column] = std::max(widths_[column], width); }

  [[nodiscard]] const std::vector<std::size_t>& widths() const { return widths_; }
  [[nodiscard]] std::size_t rows() const { return widths_.empty() ? 0 : cells_.size() / widths_.size(); }

  // Calls write(column, text, columns) for all cells in order.
  template <class Write>
  void for_each(Write write) const {
    std::size_t at = 0;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      write(i % widths_.size(), std::string_view(text_.data() + at, cells_[i].length), cells_[i].columns);
      at += cells_[i].length;
    }
  }

 private:
  struct Cell {
    std::uint32_t length = 0;
    std::uint32_t columns = 0;
  };

  [[nodiscard]] std::size_t ended_at() const { return cells_.empty() ? 0 : end_; }

  std::vector<std::size_t> widths_;
  Buffer text_;
  std::vector<Cell> cells_;
  std::size_t end_ = 0;
};

}  // namespace pageloupe
