// SPDX-License-Identifier: MIT
// A table for people. Widths are learnt from the first rows of a section, which are held back until they are
// known; later rows are written as they come, and one that is wider pushes its line to the right. With fixed
// widths no row is held back.
#pragma once

#include <string>
#include <vector>

#include "render/cell_grid.h"
#include "render/kept_row.h"
#include "render/writer.h"

namespace pageloupe {

class TableWriter : public Writer {
 public:
  TableWriter(Output& output, const WriterOptions& options) : output_(output), options_(options) {}

  void begin(const Facts& document) override;
  void begin_section(const Section& section, Columns columns) override;
  void row(std::span<const Value> values) override;
  void end_section(const Totals* totals, std::string_view summary) override;
  void end(std::span<const Problem> problems) override;

 private:
  static constexpr std::size_t kRowsHeld = 1024;

  void hold(std::span<const Value> values);
  void release();
  void write_heading();
  void write_totals(const Totals& totals);
  void write_row(std::span<const Value> values);
  void write_cell(std::size_t i, const Value& value);
  void end_line();
  void fit_text(std::size_t begin, std::size_t& columns, const Column& column, bool last);
  // Writes the cell, `columns` wide on a terminal, into column `i`; the last column is not padded.
  void write_aligned(std::size_t i, std::string_view text, std::size_t columns);

  // What writing a cell must know of its column, once the widths are.
  struct Place {
    std::size_t width = 0;
    bool right = false;
    bool last = false;
    Look look = Look::plain;
  };

  Output& output_;
  WriterOptions options_;
  std::vector<const Column*> columns_;
  std::vector<Place> places_;
  CellGrid held_;
  KeptRow kept_;
  bool released_ = false;
  std::size_t line_begin_ = 0;
  std::size_t last_begin_ = 0;  // of the last cell, in its line
  std::size_t excess_ = 0;      // by how much wider cells have pushed the line to the right
};

}  // namespace pageloupe
