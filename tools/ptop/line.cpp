// SPDX-License-Identifier: MIT
#include "ptop/line.h"

namespace pageloupe::ptop {

void Line::note(Paint paint, std::size_t bytes, std::size_t columns) {
  if (bytes == 0) return;
  columns_ += columns;
  if (!pieces_.empty() && pieces_.back().paint == paint) {
    pieces_.back().bytes += static_cast<std::uint32_t>(bytes);
    pieces_.back().columns += static_cast<std::uint32_t>(columns);
    return;
  }
  pieces_.push_back({static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(columns), paint});
}

void Line::add_printable(Paint paint, std::string_view text, std::size_t columns) {
  append(text_, text);
  note(paint, text.size(), columns);
}

void Line::add_text(Paint paint, std::string_view bytes, TextStyle style) {
  const auto begin = text_.size();
  const auto columns = append_escaped(text_, bytes, style);
  note(paint, text_.size() - begin, columns);
}

void Line::add_fitted(Paint paint, std::string_view bytes, std::size_t columns, TextStyle style) {
  const auto begin = text_.size();
  auto used = append_escaped(text_, bytes, style);
  if (used > columns) used = cut_columns(text_, begin, columns);
  if (used < columns) text_.append_blanks(columns - used);
  note(paint, text_.size() - begin, columns);
}

void Line::fill(Paint paint, std::size_t to_column) {
  if (to_column <= columns_) return;
  const auto blanks = to_column - columns_;
  text_.append_blanks(blanks);
  note(paint, blanks, blanks);
}

void Line::cut(std::size_t columns) {
  if (columns_ <= columns) return;
  std::size_t bytes = 0;
  std::size_t used = 0;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    auto& piece = pieces_[i];
    if (used + piece.columns <= columns) {
      used += piece.columns;
      bytes += piece.bytes;
      continue;
    }
    // Cutting works at the end of a text: first all behind this piece goes.
    text_.shorten(bytes + piece.bytes);
    piece.columns = static_cast<std::uint32_t>(cut_columns(text_, bytes, columns - used));
    piece.bytes = static_cast<std::uint32_t>(text_.size() - bytes);
    used += piece.columns;
    pieces_.resize(piece.bytes == 0 ? i : i + 1);
    break;
  }
  columns_ = used;
}

void Line::repaint(Paint paint) {
  if (pieces_.empty()) return;
  pieces_.front() = {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(columns_), paint};
  pieces_.resize(1);
}

Line& Frame::next() {
  if (used_ == lines_.size()) lines_.emplace_back();
  auto& line = lines_[used_++];
  line.clear();
  return line;
}

}  // namespace pageloupe::ptop
