// SPDX-License-Identifier: MIT
#include "field/row_store.h"

#include <algorithm>
#include <numeric>

namespace pageloupe {

void RowStore::add(std::span<const Value> values) {
  for (const auto& value : values) {
    const auto* text = std::get_if<std::string_view>(&value);
    cells_.push_back(text != nullptr ? Value(keep(*text)) : value);
  }
}

std::string_view RowStore::keep(std::string_view text) {
  if (text.size() > left_) {
    const auto size = std::max(kBlock, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
  }
  text.copy(next_, text.size());
  const std::string_view kept(next_, text.size());
  next_ += text.size();
  left_ -= text.size();
  return kept;
}

void RowStore::clear() {
  cells_.clear();
  blocks_.clear();
  left_ = 0;
  next_ = nullptr;
}

std::vector<std::size_t> sorted_rows(const RowStore& store, std::span<const OrderKey> keys) {
  std::vector<std::size_t> order(store.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    for (const auto& key : keys) {
      const auto& left = store.row(a)[key.column];
      const auto& right = store.row(b)[key.column];
      if (left == right) continue;
      return key.descending ? right < left : left < right;
    }
    return false;
  });
  return order;
}

}  // namespace pageloupe
