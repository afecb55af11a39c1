// SPDX-License-Identifier: MIT
#include "ptop/detail_table.h"

#include <algorithm>
#include <cwchar>

#include "render/utf8.h"

namespace pageloupe::ptop {
namespace {

std::size_t width_of(const CodePoint& c) {
  if (c.value < 0x80) return 1;
  return static_cast<std::size_t>(std::max(::wcwidth(static_cast<wchar_t>(c.value)), 0));
}

// Where the text begins once its first columns are left out.
std::size_t skip_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t used = 0; at < text.size() && used < columns;) {
    const auto c = first_code_point(text.substr(at));
    used += width_of(c);
    at += c.length;
  }
  return at;
}

Paint paint_of(const Value& value) {
  const auto* bytes = std::get_if<Bytes>(&value);
  const auto* rate = std::get_if<Rate>(&value);
  const bool nothing = (bytes != nullptr && bytes->value == 0) || (rate != nullptr && rate->value == 0);
  return nothing || !has_value(value) ? Paint::dim : Paint::plain;
}

std::size_t total_width(std::span<const ShownColumn> columns) {
  std::size_t sum = 0;
  for (const auto& column : columns) sum += column.least + 1;
  return sum == 0 ? 0 : sum - 1;
}

void add_heading_text(Line& line, Paint paint, std::string_view text, std::size_t columns, bool right) {
  const auto shown = text.substr(0, columns);
  const std::string blanks(columns - shown.size(), ' ');
  if (right) line.add(paint, blanks);
  line.add(paint, shown);
  if (!right) line.add(paint, blanks);
}

// Addresses stand flush left, under their heading.
void add_left(Line& line, const Value& value, std::size_t columns) {
  Buffer text;
  const auto used = append_cell(text, value, {});
  line.add_printable(paint_of(value), text.view(), used);
  line.fill(Paint::plain, line.columns() + columns - std::min(used, columns));
}

}  // namespace

std::optional<std::size_t> DetailTable::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

void add_right(Line& line, const Value& value, std::size_t columns, const CellLook& look) {
  Buffer text;
  auto used = append_cell(text, value, {.text = look.style, .size = look.unit}, look.look);
  if (used > columns) {
    text.clear();
    append(text, "?");
    used = 1;
  }
  if (columns == 0) return;
  const auto paint = paint_of(value);
  line.fill(paint, line.columns() + columns - used);
  line.add_printable(paint, text.view(), used);
}

void add_shifted(Line& line, Paint paint, std::string_view bytes, std::size_t shift, TextStyle style) {
  if (shift == 0) return line.add_text(paint, bytes, style);
  Buffer text;
  const auto columns = append_escaped(text, bytes, style);
  const auto rest = text.view().substr(skip_columns(text.view(), shift));
  // A wide character that is half gone is gone.
  std::size_t left = 0;
  for (std::size_t at = 0; at < rest.size();) {
    const auto c = first_code_point(rest.substr(at));
    left += width_of(c);
    at += c.length;
  }
  line.add_printable(paint, rest, std::min(left, columns));
}

std::vector<ShownColumn> lay_out(std::span<const ShownColumn> wanted, const DetailTable& table,
                                 std::size_t columns) {
  std::vector<ShownColumn> shown;
  for (auto column : wanted) {
    const auto index = table.find(column.name);
    if (!index) continue;
    column.index = *index;
    column.column = table.columns[*index];
    shown.push_back(column);
  }
  while (shown.size() > 1 && total_width(shown) > columns) {
    shown.erase(std::ranges::max_element(shown, {}, &ShownColumn::rank));
  }
  if (shown.size() == 1) shown.front().least = std::min(shown.front().least, columns);
  for (auto& column : shown) {
    const auto used = total_width(shown);
    if (column.most <= column.least || used >= columns) continue;
    column.least += std::min(column.most - column.least, columns - used);
  }
  return shown;
}

void show_heading(Line& line, std::span<const ShownColumn> columns, const std::optional<DetailOrder>& order) {
  for (const auto& column : columns) {
    if (&column != columns.data()) line.add(Paint::heading, " ");
    const auto paint = order && order->column == column.name ? Paint::sorted : Paint::heading;
    add_heading_text(line, paint, column.column->header, column.least, is_right_aligned(column.column->type));
  }
}

void show_row(Line& line, std::span<const ShownColumn> columns, std::span<const Value> row,
              const DetailView& view) {
  for (const auto& column : columns) {
    if (&column != columns.data()) line.add(Paint::plain, " ");
    const auto& value = row[column.index];
    const auto* text = std::get_if<std::string_view>(&value);
    if (text != nullptr && &column == &columns.back()) {
      add_shifted(line, Paint::plain, *text, view.shift, view.style);
    } else if (text != nullptr) {
      line.add_fitted(Paint::plain, *text, column.least, view.style);
    } else if (!is_right_aligned(column.column->type)) {
      add_left(line, value, column.least);
    } else {
      add_right(line, value, column.least,
                {.unit = view.unit, .look = column.column->look, .style = view.style});
    }
  }
}

}  // namespace pageloupe::ptop
