// SPDX-License-Identifier: MIT
#include "field/totals.h"

namespace pageloupe {
namespace {

template <class T>
constexpr bool kAddsUp =
    std::is_same_v<T, std::uint64_t> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, Bytes> ||
    std::is_same_v<T, Percent> || std::is_same_v<T, Nanoseconds> || std::is_same_v<T, Rate> ||
    std::is_same_v<T, ByteChange>;

}  // namespace

Value add(const Value& a, const Value& b) {
  return std::visit(
      []<class A, class B>(const A& left, const B& right) -> Value {
        if constexpr (std::is_same_v<A, Errc>) {
          return right;
        } else if constexpr (std::is_same_v<B, Errc>) {
          return left;
        } else if constexpr (std::is_same_v<A, B> && kAddsUp<A>) {
          return left + right;
        } else {
          return Errc::not_applicable;
        }
      },
      a, b);
}

Totals::Totals(std::vector<const Column*> columns)
    : columns_(std::move(columns)),
      values_(columns_.size(), Value(Errc::not_applicable)),
      missing_(columns_.size()) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i]->fold == Fold::sum) summed_.push_back(i);
  }
}

void Totals::add(std::span<const Value> row) {
  ++rows_;
  for (const auto i : summed_) {
    // Nearly all cells: spare them the visit of two variants.
    auto* sum = std::get_if<Bytes>(&values_[i]);
    if (const auto* bytes = std::get_if<Bytes>(&row[i]); sum != nullptr && bytes != nullptr) {
      *sum += *bytes;
      continue;
    }
    const bool known = has_value(row[i]);
    if (!known) ++missing_[i];
    if (known || !has_value(values_[i])) values_[i] = pageloupe::add(values_[i], row[i]);
  }
}

}  // namespace pageloupe
