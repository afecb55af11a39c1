// SPDX-License-Identifier: MIT
#include "ptop/table_view.h"

#include <algorithm>
#include <array>

#include "field/totals.h"
#include "ptop/counter_note.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kMostName = 32;

// Lines of a tree, by what the terminal can show.
struct TreeMarks {
  std::string_view through, blank, child, last, closed_child, closed_last;
};
constexpr TreeMarks kUtf8Marks{"│  ", "   ", "├─ ", "└─ ", "├▸ ", "└▸ "};
constexpr TreeMarks kAsciiMarks{"|  ", "   ", "|- ", "`- ", "|+ ", "`+ "};
constexpr std::size_t kMarkColumns = 3;

// A level from 1 to 8 as a block of that height.
constexpr auto kBlocks = std::to_array<std::string_view>({" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"});
constexpr std::string_view kAsciiLevels = " _.-~=+*#";

void append_trend(Buffer& buffer, std::string_view levels, bool utf8) {
  for (const char c : levels) {
    const auto level = c >= '0' && c <= '8' ? static_cast<std::size_t>(c - '0') : 0;
    append(buffer, utf8 ? kBlocks.at(level) : kAsciiLevels.substr(level, 1));
  }
}

bool is_counter(const Column& column) { return !counter_plan(column.origin.files).empty(); }

bool is_flush_right(const ShownColumn& shown) { return is_right_aligned(shown.column.type); }

// How a value is to be seen, whatever its row.
Paint paint_of(const Value& value, Paint row) {
  if (!has_value(value)) return Paint::dim;
  if (const auto* change = std::get_if<ByteChange>(&value))
    return change->value > 0 ? Paint::grew : change->value < 0 ? Paint::shrank : Paint::dim;
  return row;
}

}  // namespace

void TableView::set_columns(std::vector<ShownColumn> columns) {
  columns_ = std::move(columns);
  forget_widths();
}

void TableView::forget_widths() {
  widths_.clear();
  for (const auto& shown : columns_) {
    const auto least = std::min(static_cast<std::size_t>(std::max(shown.column.width, 0)), kMostName);
    // A command line ends with the line; one that stands before other columns has a width.
    const bool inside = shown.is_command && &shown != &columns_.back();
    widths_.push_back(std::max(shown.header.size(), inside ? kMostName : least));
  }
}

std::string_view TableView::header_of(const Field<ProcessRow>& field) const {
  const auto shown = std::ranges::find(columns_, &field, &ShownColumn::field);
  return shown == columns_.end() ? field.column.header : std::string_view(shown->header);
}

SourceSet TableView::costly() const {
  SourceSet files;
  for (const auto& shown : columns_) files |= costly_files(shown.column);
  return files;
}

const ShownColumn* TableView::column_at(std::size_t place, std::size_t shifted) const {
  std::size_t at = 0;
  for (std::size_t i = std::min(shifted, columns_.size()); i < columns_.size(); ++i) {
    if (place < at + widths_[i] || i + 1 == columns_.size()) return place < at ? nullptr : &columns_[i];
    at += widths_[i] + 1;
  }
  return nullptr;
}

void TableView::add_heading(Frame& frame, const TableMarks& marks, Size size) const {
  auto& line = frame.next();
  for (std::size_t i = std::min(marks.shifted, columns_.size()); i < columns_.size(); ++i) {
    const auto& shown = columns_[i];
    const bool sorted = shown.field == marks.sorted;
    const auto paint = sorted ? Paint::sorted : Paint::heading;
    const auto blanks = widths_[i] - shown.header.size();
    const auto begin = line.columns();
    if (is_flush_right(shown)) line.fill(paint, begin + blanks);
    line.add_text(paint, shown.header, {});
    line.fill(paint, begin + widths_[i]);
    if (i + 1 < columns_.size()) line.fill(Paint::heading, line.columns() + 1);
  }
  line.fill(Paint::heading, size.columns);
  line.cut(size.columns);
}

TableView::Cell TableView::cell_of(std::size_t column, const ProcessList& list, const Listed& listed,
                                   RowMaker& rows, const TableMarks& marks) {
  const auto& field = *columns_[column].field;
  Cell cell;
  const auto row = rows(*listed.task);
  field.set(cell.value, row);
  cell.partial = is_counter(field.column) && has_value(cell.value) && row.before != nullptr &&
                 counted_in_part(row.process, *row.before);
  const auto* files = rows.files_of(*listed.task);
  const bool costly = !costly_files(field.column).empty();
  cell.stale = costly && files != nullptr && files->at < marks.stale_before;
  const bool summed = (listed.collapsed || marks.sums) && listed.descendants != 0;
  if (!summed || field.column.fold != Fold::sum) return cell;
  Value part;
  for (const auto* task : list.subtree(listed).subspan(1)) {
    field.set(part, rows(*task));
    const auto* reason = std::get_if<Errc>(&part);
    cell.partial |= reason != nullptr && *reason != Errc::no_memory && *reason != Errc::not_applicable;
    cell.value = pageloupe::add(cell.value, part);
  }
  return cell;
}

void TableView::add_cell(Line& line, std::size_t column, const Cell& cell, Paint row, const TableStyle& style,
                         bool last) {
  const auto& shown = columns_[column];
  scratch_.clear();
  std::size_t used = 0;
  auto& width = widths_[column];
  if (const auto* share = std::get_if<Percent>(&cell.value); share != nullptr && shown.column.name == "cpu") {
    used = append_cell(scratch_, Percent{share->value / style.cpu_divisor}, style.cell, shown.column.look);
  } else if (const auto* size = std::get_if<Bytes>(&cell.value)) {
    used = append_scaled(scratch_, *size, style.scale, width);
  } else if (const auto* text = std::get_if<std::string_view>(&cell.value);
             text != nullptr && shown.column.look == Look::trend) {
    append_trend(scratch_, *text, style.cell.text.utf8);
    used = text->size();
  } else if (const auto* why = std::get_if<Errc>(&cell.value);
             why != nullptr && is_counter(shown.column) && !counter_reason(*why).empty()) {
    append(scratch_, counter_reason(*why));
    used = counter_reason(*why).size();
  } else {
    used = append_cell(scratch_, cell.value, style.cell, shown.column.look);
  }
  if (cell.partial) {
    scratch_.push_back('+');
    ++used;
  }
  const bool right = is_flush_right(shown);
  if (used > width && (right || shown.column.type != Type::text)) {
    width = used;
  } else if (used > width) {
    used = cut_columns(scratch_, 0, width - 1);
    scratch_.push_back('+');
    ++used;
  }
  const auto paint = cell.stale || cell.partial ? Paint::dim : paint_of(cell.value, row);
  const auto begin = line.columns();
  if (right) line.fill(row, begin + width - used);
  line.add_printable(paint, scratch_.view(), used);
  if (!last) line.fill(row, begin + width + 1);
}

void TableView::add_command(Line& line, const Listed& listed, const Cell& cell, Paint row,
                            const TableMarks& marks, const TableStyle& style, bool last) {
  const auto begin = line.columns();
  const auto& tree = style.cell.text.utf8 ? kUtf8Marks : kAsciiMarks;
  constexpr std::size_t kLevels = 64;
  for (std::size_t level = 1; level < std::min<std::size_t>(listed.depth, kLevels); ++level)
    line.add_printable(Paint::dim, (listed.open >> level & 1) != 0 ? tree.through : tree.blank, kMarkColumns);
  if (listed.depth != 0 || listed.collapsed) {
    const bool bottom = listed.last_child || listed.depth == 0;
    line.add_printable(Paint::dim,
                       listed.collapsed ? (bottom ? tree.closed_last : tree.closed_child)
                                        : (bottom ? tree.last : tree.child),
                       kMarkColumns);
  }
  const auto* text = std::get_if<std::string_view>(&cell.value);
  if (text == nullptr) {
    scratch_.clear();
    const auto used = append_cell(scratch_, cell.value, style.cell);
    line.add_printable(Paint::dim, scratch_.view(), used);
  } else {
    const auto at = marks.search.empty() ? std::string_view::npos : text->find(marks.search);
    if (at == std::string_view::npos) {
      line.add_text(row, *text, style.cell.text);
    } else {
      line.add_text(row, text->substr(0, at), style.cell.text);
      line.add_text(Paint::match, text->substr(at, marks.search.size()), style.cell.text);
      line.add_text(row, text->substr(at + marks.search.size()), style.cell.text);
    }
  }
  if (last) return;
  line.cut(begin + kMostName);
  line.fill(row, begin + kMostName + 1);
}

void TableView::add_row(Line& line, const ProcessList& list, const Listed& listed, RowMaker& rows,
                        const TableMarks& marks, const TableStyle& style) {
  const bool tagged = marks.tagged != nullptr && marks.tagged->contains(listed.task->id());
  const auto state = listed.task->stat.state;
  const auto row = tagged                            ? Paint::tagged
                   : state == 'R'                    ? Paint::busy
                   : state == 'Z'                    ? Paint::error
                   : state == 'D'                    ? Paint::warning
                   : listed.task->is_kernel_thread() ? Paint::dim
                                                     : Paint::plain;
  for (std::size_t i = std::min(marks.shifted, columns_.size()); i < columns_.size(); ++i) {
    const auto cell = cell_of(i, list, listed, rows, marks);
    const bool last = i + 1 == columns_.size();
    if (columns_[i].is_command) {
      add_command(line, listed, cell, row, marks, style, last);
    } else {
      add_cell(line, i, cell, row, style, last);
    }
  }
}

void TableView::add_rows(Frame& frame, const ProcessList& list, Range range, RowMaker& rows,
                         const TableMarks& marks, const TableStyle& style, Size size) {
  const auto lines = list.lines();
  for (auto i = range.first; i < std::min(range.last, lines.size()); ++i) {
    auto& line = frame.next();
    add_row(line, list, lines[i], rows, marks, style);
    line.cut(size.columns);
    if (marks.cursor != i) continue;
    line.fill(Paint::cursor, size.columns);
    line.repaint(Paint::cursor);
  }
}

}  // namespace pageloupe::ptop
