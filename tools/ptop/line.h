// SPDX-License-Identifier: MIT
// What a terminal shows, before a terminal is asked: lines of painted pieces. All that makes lines is a
// function of data and a size; tests read the text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "render/escape.h"
#include "render/output.h"

namespace pageloupe::ptop {

// What a piece of text is, not which colour it has: themes say that.
enum class Paint : std::uint8_t {
  plain,
  dim,      // of little weight: units, zeros, idle processes, stale values
  strong,   // to be seen first
  label,    // names of meters, keys of the footer
  heading,  // of the table
  sorted,   // heading of the column that orders it
  cursor,   // the line of the cursor
  tagged,   // a process that was tagged
  match,    // what a search found
  busy,     // a process that runs
  warning,
  error,
  grew,
  shrank,
  // Parts of a bar, in the order in which bars use them.
  part1,
  part2,
  part3,
  part4,
  part5,
  part6,
  rest,  // of a bar, what is free
  count_
};

struct Piece {
  std::uint32_t bytes = 0;
  std::uint32_t columns = 0;
  Paint paint = Paint::plain;
};

class Line {
 public:
  void clear() {
    text_.clear();
    pieces_.clear();
    columns_ = 0;
  }

  // Text that is printable and of one column a byte: our own words, numbers.
  void add(Paint paint, std::string_view ascii) { add_printable(paint, ascii, ascii.size()); }

  // Printable text that takes that many columns: what escaping left, box-drawing characters.
  void add_printable(Paint paint, std::string_view text, std::size_t columns);

  // Strangers' bytes, escaped.
  void add_text(Paint paint, std::string_view bytes, TextStyle style);

  // The same, cut to `columns` and filled up to them.
  void add_fitted(Paint paint, std::string_view bytes, std::size_t columns, TextStyle style);

  // Blanks up to that column; nothing when the line is there already.
  void fill(Paint paint, std::size_t to_column);

  // Cuts what is right of that column.
  void cut(std::size_t columns);

  // All pieces in one paint: the line of the cursor.
  void repaint(Paint paint);

  [[nodiscard]] std::string_view text() const { return text_.view(); }
  [[nodiscard]] std::span<const Piece> pieces() const { return pieces_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

 private:
  void note(Paint paint, std::size_t bytes, std::size_t columns);

  Buffer text_;
  std::vector<Piece> pieces_;
  std::size_t columns_ = 0;
};

struct Size {
  std::size_t columns = 80;
  std::size_t rows = 24;
  friend bool operator==(const Size&, const Size&) = default;
};

// Lines from the top; what is not there is blank. Memory is kept from frame to frame.
class Frame {
 public:
  void clear() { used_ = 0; }
  // The next line, empty.
  Line& next();
  [[nodiscard]] std::span<const Line> lines() const { return {lines_.data(), used_}; }
  [[nodiscard]] std::size_t rows() const { return used_; }
  // Takes the last lines away.
  void shorten(std::size_t rows) { used_ = rows < used_ ? rows : used_; }
  [[nodiscard]] Line& line(std::size_t row) { return lines_[row]; }

 private:
  std::vector<Line> lines_;
  std::size_t used_ = 0;
};

}  // namespace pageloupe::ptop
