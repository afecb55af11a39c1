// SPDX-License-Identifier: MIT
// Repeated measurement of one set of pages in fresh random orders.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "probe/budget.h"
#include "probe/latency_source.h"
#include "probe/rng.h"

namespace pageloupe {

// Cycles per access of a set of pages, and of the same lines packed densely.
struct ChainPair {
  double pages = 0;
  double dense = 0;

  [[nodiscard]] double difference() const { return pages - dense; }
};

// One layout of a source, with the random numbers and the time limit of a run.
class Meter {
 public:
  Meter(LatencySource& source, Layout layout, LayoutFacts facts, const Budget& budget, Rng& rng)
      : source_(source), layout_(layout), facts_(facts), budget_(budget), rng_(rng) {}

  [[nodiscard]] const LayoutFacts& facts() const { return facts_; }
  [[nodiscard]] Layout layout() const { return layout_; }
  [[nodiscard]] Rng& rng() { return rng_; }
  [[nodiscard]] const Budget& budget() const { return budget_; }

  // Each chain is the median over `orders` random orders, separately: the least of differences would let a
  // disturbed dense chain make the pages look cheap.
  Result<ChainPair> both(std::span<const Access> set, unsigned orders, Effort effort);
  // The orders of the last both(), each by itself.
  [[nodiscard]] std::span<const ChainPair> samples() const { return samples_; }
  // One order as it stands, no shuffle.
  Result<double> once(std::span<const Access> cycle, Effort effort);

 private:
  Result<double> dense_once(std::span<const Access> cycle, Effort effort);
  void lay_out_order(std::span<const Access> set);

  LatencySource& source_;
  Layout layout_;
  LayoutFacts facts_;
  const Budget& budget_;
  Rng& rng_;
  std::vector<Access> order_;
  std::vector<std::uint32_t> lines_;
  std::vector<ChainPair> samples_;
};

// Pages first, first+stride, … on lines 0, 1, ….
[[nodiscard]] std::vector<Access> strided_pages(std::uint32_t first, std::uint32_t stride,
                                                std::uint32_t count);

}  // namespace pageloupe
