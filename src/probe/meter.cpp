// SPDX-License-Identifier: MIT
#include "probe/meter.h"

#include <algorithm>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

constexpr Effort kCodeEffort{.warm = 1, .chunks = 2};  // an order of code is many laps already

}  // namespace

// A jump's target is predicted from the jumps before it, so code goes round in a new order every lap, and in
// more of them than a predictor remembers: no prediction can then run ahead and hide a translation.
void Meter::lay_out_order(std::span<const Access> set) {
  constexpr std::size_t kJumps = 16384;
  const auto laps = layout_ == Layout::code ? (kJumps + set.size() - 1) / set.size() : 1;
  order_.clear();
  for (std::size_t lap = 0; lap < laps; ++lap) {
    order_.insert(order_.end(), set.begin(), set.end());
    shuffle(std::span(order_).last(set.size()), rng_);
  }
}

Result<ChainPair> Meter::both(std::span<const Access> set, unsigned orders, Effort effort) {
  std::vector<double> pages;
  std::vector<double> dense;
  samples_.clear();
  for (unsigned i = 0; i < orders; ++i) {
    lay_out_order(set);
    const auto far = once(order_, effort);
    if (!far) return std::unexpected(far.error());
    const auto near = dense_once(order_, effort);
    if (!near) return std::unexpected(near.error());
    pages.push_back(*far);
    dense.push_back(*near);
    samples_.push_back({.pages = *far, .dense = *near});
  }
  return ChainPair{.pages = median(pages), .dense = median(dense)};
}

Result<double> Meter::once(std::span<const Access> cycle, Effort effort) {
  if (const auto go_on = budget_.check(); !go_on) return std::unexpected(go_on.error());
  return source_.chase(layout_, cycle, layout_ == Layout::code ? kCodeEffort : effort);
}

Result<double> Meter::dense_once(std::span<const Access> cycle, Effort effort) {
  if (const auto go_on = budget_.check(); !go_on) return std::unexpected(go_on.error());
  lines_.resize(cycle.size());
  std::ranges::transform(cycle, lines_.begin(), &Access::line);
  return source_.dense(layout_, lines_, layout_ == Layout::code ? kCodeEffort : effort);
}

std::vector<Access> strided_pages(std::uint32_t first, std::uint32_t stride, std::uint32_t count) {
  std::vector<Access> set(count);
  for (std::uint32_t i = 0; i < count; ++i) set[i] = {.page = first + i * stride, .line = i};
  return set;
}

}  // namespace pageloupe
