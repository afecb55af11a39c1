// SPDX-License-Identifier: MIT
// The text of the last row. Most cells of a long list are as in the row before: comparing their values and
// copying what lies between two changes costs a tenth of making the text anew.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "field/value.h"
#include "render/output.h"

namespace pageloupe {

class KeptRow {
 public:
  KeptRow() = default;
  explicit KeptRow(std::size_t cells)
      : values_(cells, kNone), texts_(cells), lengths_(cells), begins_(cells + 1) {}

  // Appends the row; write(i) appends the cell i, of whose value alone its text may depend.
  template <class Write>
  void append(Buffer& buffer, std::span<const Value> values, Write write) {
    const auto row = buffer.size();
    std::size_t same = 0;  // cells from this one to the current are as they were
    const auto cells = values_.size();
    for (std::size_t i = 0; i < cells; ++i) {
      if (is_last(i, values[i])) continue;
      copy(buffer, same, i);
      const auto begin = buffer.size();
      write(i);
      lengths_[i] = buffer.size() - begin;
      keep(i, values[i]);
      same = i + 1;
    }
    copy(buffer, same, cells);
    if (same != 0) keep_text(buffer.view().substr(row));
  }

 private:
  template <class T>
  [[nodiscard]] static bool are(const Value& a, const Value& b) {
    const auto* value = std::get_if<T>(&a);
    return value != nullptr && *value == *std::get_if<T>(&b);
  }
  // Is equal to no value, not even to itself.
  static constexpr Value kNone{Number{std::numeric_limits<double>::quiet_NaN()}};

  // The types that most cells have come before the comparison of any two values.
  [[nodiscard]] bool is_last(std::size_t i, const Value& value) const {
    const auto& last = values_[i];
    if (value.index() != last.index()) return false;
    if (std::holds_alternative<Bytes>(value)) return are<Bytes>(value, last);
    if (const auto* text = std::get_if<std::string_view>(&value)) return *text == texts_[i];
    if (std::holds_alternative<Errc>(value)) return are<Errc>(value, last);
    return value == last;
  }
  void keep(std::size_t i, const Value& value) {
    const auto* text = std::get_if<std::string_view>(&value);
    if (text != nullptr) texts_[i] = *text;
    values_[i] = text != nullptr ? Value(std::string_view{}) : value;
  }
  void copy(Buffer& buffer, std::size_t from, std::size_t to) const {
    if (from < to)
      pageloupe::append(buffer, std::string_view(text_).substr(begins_[from], begins_[to] - begins_[from]));
  }
  void keep_text(std::string_view row) {
    text_ = row;
    for (std::size_t i = 0; i < lengths_.size(); ++i) begins_[i + 1] = begins_[i] + lengths_[i];
  }

  std::vector<Value> values_;       // of the last row
  std::vector<std::string> texts_;  // those of its values that are texts, which do not outlive their row
  std::vector<std::size_t> lengths_;
  std::vector<std::size_t> begins_;  // of the cells in text_, and its end
  std::string text_;
};

}  // namespace pageloupe
