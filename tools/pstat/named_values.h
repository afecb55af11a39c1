// SPDX-License-Identifier: MIT
// Columns and their values side by side, for what is said once rather than in rows.
#pragma once

#include <array>
#include <vector>

#include "render/writer.h"

namespace pageloupe::pstat {

struct NamedValues {
  std::vector<const Column*> columns{};
  std::vector<Value> values{};

  void add(const Facts& facts) {
    columns.insert(columns.end(), facts.columns.begin(), facts.columns.end());
    values.insert(values.end(), facts.values.begin(), facts.values.end());
  }
  void add(const Column& column, const Value& value) {
    columns.push_back(&column);
    values.push_back(value);
  }
  [[nodiscard]] Facts facts() const { return {columns, values}; }
};

// A size as people read it, in the unit that was asked for.
[[nodiscard]] inline std::string size_text(Bytes size, const CellStyle& style) {
  Buffer buffer;
  auto human = style;
  if (human.size == SizeUnit::kib) human.size = SizeUnit::human;
  append_cell(buffer, size, human);
  return std::string(buffer.view());
}

}  // namespace pageloupe::pstat
