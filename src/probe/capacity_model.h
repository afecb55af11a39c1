// SPDX-License-Identifier: MIT
// The second level's capacity from the shape of its knee.
//
// Reads a few per cent low: sets fill one after another, and a full one evicts for every page-table entry,
// interrupt or other process that touches it. It is a guide to the conflict sets, not the answer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "probe/curve.h"
#include "probe/meter.h"

namespace pageloupe {

enum class Replacement : std::uint8_t {
  random_like,  // a little over capacity, a part of the cycle still hits
  lru_like,     // a little over capacity, all of it misses
};

[[nodiscard]] constexpr std::string_view name(Replacement model) {
  switch (model) {
    case Replacement::random_like: return "random-like";
    case Replacement::lru_like: return "LRU-like";
  }
  std::unreachable();
}

// Share of accesses that miss when `fill` times the capacity is cycled through.
[[nodiscard]] double miss_share(Replacement model, double fill);

struct KneePoint {
  double pages = 0;
  double cost = 0;  // cycles
};

struct CapacityFit {
  double entries = 0;
  Replacement model = Replacement::random_like;
  double residual = 0;  // mean absolute, cycles
};

// Best capacity within 0.57…1.9 of `onset`. Not_applicable if no capacity explains a rise.
[[nodiscard]] Result<CapacityFit> fit_capacity(std::span<const KneePoint> points, double onset);

// Measures 31 page counts from 0.6 to 1.9 of `onset`, `sweeps` times over; what is least counts.
Result<std::vector<KneePoint>> measure_second_knee(Meter& meter, std::uint32_t onset, unsigned sweeps);

}  // namespace pageloupe
