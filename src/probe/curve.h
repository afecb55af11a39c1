// SPDX-License-Identifier: MIT
// The latency curve over the number of pages, and the coarse shape read from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probe/meter.h"

namespace pageloupe {

// One point of the curve, in core cycles per access.
struct CurvePoint {
  std::uint32_t pages = 0;
  double raw = 0;                   // through that many virtual pages
  double dense = 0;                 // the same lines through few
  std::vector<ChainPair> orders{};  // every order that was measured
};

// Page counts from 8 up to `limit`, each 9 % more than the last.
[[nodiscard]] std::vector<std::uint32_t> curve_grid(std::uint32_t limit);

// One sweep over `grid`. `lines_per_page` lines of every page are visited.
// Fails with the budget's or the source's error.
Result<std::vector<CurvePoint>> sweep_curve(Meter& meter, std::span<const std::uint32_t> grid,
                                            std::uint32_t lines_per_page = 1);

// Point by point the lesser of the two, chain by chain. Both have the same grid.
[[nodiscard]] std::vector<CurvePoint> least_of(std::span<const CurvePoint> a, std::span<const CurvePoint> b);

// What is left of a chain when disturbances are taken away; never falls.
[[nodiscard]] std::vector<double> envelope(std::span<const CurvePoint> curve, double CurvePoint::* chain);

// The translation cost alone.
struct CurveShape {
  std::vector<double> difference;  // raw − dense of the lower envelopes, cycles
  std::vector<double> rising;      // its suffix minimum
  double base = 0;                 // of 16 pages and fewer; about 0
  double top = 0;                  // near the last point
  bool has_knee = false;           // what follows has a meaning only if so
  std::size_t plateau_first = 0;   // points of the first level's plateau
  std::size_t plateau_last = 0;
  double plateau = 0;  // cycles on it
  double penalty = 0;  // of a first-level miss, cycles
  bool second_level = false;
  double walk = 0;  // what a second-level miss adds to that, cycles
};

// The first level's plateau is the first that is more than `wide` times as wide as it begins.
[[nodiscard]] CurveShape read_shape(std::span<const CurvePoint> curve, double wide = 2.0);

// First page count after the plateau where the second level's misses show; nothing without a second level.
[[nodiscard]] std::optional<std::uint32_t> second_knee_onset(std::span<const CurvePoint> curve,
                                                             const CurveShape& shape);

}  // namespace pageloupe
