// SPDX-License-Identifier: MIT
// Columns and their values side by side, for what is said once rather than in rows.
#pragma once

#include <vector>

#include "render/writer.h"

namespace pageloupe {

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

}  // namespace pageloupe
