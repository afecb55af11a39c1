// SPDX-License-Identifier: MIT
#include "render/table.h"

#include <algorithm>
#include <cstring>

namespace pageloupe {

void TableWriter::begin(const Facts& /*document*/) {}

void TableWriter::begin_section(const Section& section, Columns columns) {
  if (!section.title.empty() && options_.headings) {
    append_escaped(output_.buffer(), section.title, options_.cell.text);
    output_.buffer().push_back('\n');
  }
  columns_.assign(columns.begin(), columns.end());
  std::vector<std::size_t> widths;
  for (const auto* column : columns_) {
    const auto heading = options_.headings ? column->header.size() : 0;
    widths.push_back(std::max(heading, static_cast<std::size_t>(column->width)));
  }
  held_.reset(std::move(widths));
  released_ = false;
  if (options_.fixed_widths) release();
}

void TableWriter::row(std::span<const Value> values) {
  if (!released_) {
    hold(values);
    if (held_.rows() == kRowsHeld) release();
    return;
  }
  write_row(values);
}

void TableWriter::write_row(std::span<const Value> values) {
  // Else a cell depends on those before it, or the line on where its last cell begins.
  const bool cells_stand_alone = !options_.fixed_widths && options_.line_width == 0;
  if (cells_stand_alone) {
    kept_.append(output_.buffer(), values, [&](std::size_t i) { write_cell(i, values[i]); });
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) write_cell(i, values[i]);
  }
  end_line();
}

void TableWriter::end_line() {
  auto& buffer = output_.buffer();
  if (options_.line_width != 0 && !columns_.empty() && columns_.back()->type == Type::text) {
    // As in ps: what stands before the last column is never cut, and goes on in further lines of the
    // terminal.
    const auto most = last_begin_ + options_.line_width - last_begin_ % options_.line_width;
    if (buffer.size() - line_begin_ > most) cut_columns(buffer, line_begin_, most);
  }
  buffer.push_back('\n');
  output_.written();
  line_begin_ = output_.buffer().size();
  excess_ = 0;
}

void TableWriter::hold(std::span<const Value> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    held_.end_cell(append_cell(held_.text(), values[i], options_.cell, columns_[i]->look));
  }
}

void TableWriter::release() {
  released_ = true;
  places_.clear();
  kept_ = KeptRow(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool last = i + 1 == columns_.size();
    places_.push_back({held_.widths()[i], is_right_aligned(columns_[i]->type), last, columns_[i]->look});
  }
  line_begin_ = output_.buffer().size();
  const bool headed =
      std::ranges::any_of(columns_, [](const Column* column) { return !column->header.empty(); });
  if (options_.headings && headed) write_heading();
  held_.for_each([this](std::size_t column, std::string_view text, std::size_t columns) {
    write_aligned(column, text, columns);
    if (column + 1 == columns_.size()) end_line();
  });
}

void TableWriter::write_heading() {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    write_aligned(i, columns_[i]->header, columns_[i]->header.size());
  end_line();
}

// As write_aligned, for a cell that is not text yet: it is written where it goes, and pushed right if need
// be.
void TableWriter::write_cell(std::size_t i, const Value& value) {
  auto& buffer = output_.buffer();
  const auto& place = places_[i];
  if (i != 0) buffer.push_back(' ');
  const auto begin = buffer.size();
  if (place.last) last_begin_ = begin - line_begin_;
  auto columns = append_cell(buffer, value, options_.cell, place.look);
  if (options_.fixed_widths) fit_text(begin, columns, *columns_[i], place.last);
  if (columns >= place.width) {
    excess_ += columns - place.width;
    return;
  }
  // A cell that was too wide takes the room of those that follow.
  auto missing = place.width - columns;
  if (options_.fixed_widths && excess_ != 0) {
    const auto taken = std::min(missing, excess_);
    excess_ -= taken;
    missing -= taken;
  }
  if (!place.right) {
    if (!place.last) buffer.append_blanks(missing);
    return;
  }
  const auto length = buffer.size() - begin;
  buffer.append_blanks(missing);
  std::memmove(buffer.data() + begin + missing, buffer.data() + begin, length);
  std::memset(buffer.data() + begin, ' ', missing);
}

void TableWriter::fit_text(std::size_t begin, std::size_t& columns, const Column& column, bool last) {
  const auto width = static_cast<std::size_t>(column.width);
  if (column.type != Type::text || last || columns <= width || width == 0) return;
  const bool marked = column.look == Look::name;
  columns = cut_columns(output_.buffer(), begin, marked ? width - 1 : width);
  if (!marked) return;
  output_.buffer().push_back('+');
  ++columns;
}

void TableWriter::write_aligned(std::size_t i, std::string_view text, std::size_t columns) {
  if (i != 0) output_.buffer().push_back(' ');
  if (i + 1 == columns_.size()) last_begin_ = output_.buffer().size() - line_begin_;
  const auto width = held_.widths()[i];
  const auto missing = width > columns ? width - columns : 0;
  const bool right = is_right_aligned(columns_[i]->type);
  if (right) output_.buffer().append_blanks(missing);
  append(output_.buffer(), text);
  if (!right && i + 1 != columns_.size()) output_.buffer().append_blanks(missing);
}

void TableWriter::end_section(const Totals* totals, std::string_view summary) {
  if (totals != nullptr && options_.footer) write_totals(*totals);
  if (!released_) release();
  if (options_.footer && !summary.empty()) {
    append(output_.buffer(), summary);
    if (!summary.ends_with('\n')) output_.buffer().push_back('\n');
  }
  output_.written();
}

// A row like the others: blank where a sum means nothing, "total" in the first column when it is such a one.
void TableWriter::write_totals(const Totals& totals) {
  std::vector<Value> values(totals.values().begin(), totals.values().end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (totals.columns()[i]->fold == Fold::none && !has_value(values[i]))
      values[i] = std::string_view(i == 0 ? "total" : "");
  }
  row(values);
}

void TableWriter::end(std::span<const Problem> /*problems*/) { output_.flush(); }

}  // namespace pageloupe
