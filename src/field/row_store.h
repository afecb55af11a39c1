// SPDX-License-Identifier: MIT
// Rows of values that outlive what they were made of: to be sorted, put into a tree, summed up.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "field/value.h"

namespace pageloupe {

class RowStore {
 public:
  explicit RowStore(std::size_t columns) : columns_(columns) {}

  // Copies the values, and the texts that they view.
  void add(std::span<const Value> values);

  [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  [[nodiscard]] std::span<const Value> row(std::size_t i) const {
    return {cells_.data() + i * columns_, columns_};
  }
  [[nodiscard]] std::span<Value> row(std::size_t i) { return {cells_.data() + i * columns_, columns_}; }

  // A copy of `text` that lasts as long as the store.
  [[nodiscard]] std::string_view keep(std::string_view text);

  void clear();

 private:
  static constexpr std::size_t kBlock = 65536;

  std::size_t columns_;
  std::vector<Value> cells_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;  // in the last block
  char* next_ = nullptr;
};

// Keys of one order, most significant first: the column of a store and its direction.
struct OrderKey {
  std::size_t column = 0;
  bool descending = false;
};

// The rows' indices in that order; equal rows keep theirs.
[[nodiscard]] std::vector<std::size_t> sorted_rows(const RowStore& store, std::span<const OrderKey> keys);

}  // namespace pageloupe
