// SPDX-License-Identifier: MIT
// Sums of the columns that may be summed: footers, groups, subtrees.
#pragma once

#include <span>
#include <vector>

#include "field/field.h"

namespace pageloupe {

class Totals {
 public:
  explicit Totals(std::vector<const Column*> columns);

  // One row, its values in the order of the columns.
  void add(std::span<const Value> row);

  // A value for each column: the sum or what was set, not_applicable where the column may not be summed, the
  // reason where no row had a value.
  [[nodiscard]] std::span<const Value> values() const { return values_; }

  // What is no sum of the rows but can be told of them all: a share of two sums.
  void set(std::size_t column, const Value& value) { values_[column] = value; }

  // How many rows had no value there: the sum is a lower bound.
  [[nodiscard]] std::uint64_t missing(std::size_t column) const { return missing_[column]; }

  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] std::span<const Column* const> columns() const { return columns_; }

 private:
  std::vector<const Column*> columns_;
  std::vector<std::size_t> summed_;  // the columns that may be summed
  std::vector<Value> values_;
  std::vector<std::uint64_t> missing_;
  std::uint64_t rows_ = 0;
};

// The sum of two values of one type; of a value and a reason, the value. Types that do not add up give
// not_applicable.
[[nodiscard]] Value add(const Value& a, const Value& b);

}  // namespace pageloupe
