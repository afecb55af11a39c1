// SPDX-License-Identifier: MIT
#include "probe/curve.h"

#include <algorithm>
#include <cmath>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

constexpr unsigned kOrders = 3;
constexpr Effort kEffort{.warm = 3, .chunks = 4};
constexpr double kNoKnee = 1.0;  // cycles: less than this from end to end is no translation cost

double base_of(std::span<const CurvePoint> curve, std::span<const double> difference) {
  constexpr std::uint32_t kSurelyHit = 16;
  std::size_t count = 0;
  while (count < curve.size() && curve[count].pages <= kSurelyHit) ++count;
  return median(difference.first(count));
}

// The last point of a run that starts at `first` and stays level.
std::size_t level_until(std::span<const double> rising, std::size_t first, double base) {
  const auto tolerance = std::max(0.6, 0.18 * (rising[first] - base));
  auto last = first;
  while (last + 1 < rising.size() && rising[last + 1] - rising[first] <= tolerance) ++last;
  return last;
}

void find_plateau(std::span<const CurvePoint> curve, std::size_t from, double wide, CurveShape& shape) {
  double widest = 0;
  for (auto first = from; first < curve.size(); ++first) {
    const auto last = level_until(shape.rising, first, shape.base);
    const auto width = static_cast<double>(curve[last].pages) / curve[first].pages;
    if (width <= widest) continue;
    widest = width;
    shape.plateau_first = first;
    shape.plateau_last = last;
    if (width > wide) return;
  }
}

void read_levels(CurveShape& shape) {
  constexpr std::size_t kFlatStart = 6;
  const auto count = shape.plateau_last - shape.plateau_first + 1;
  const auto plateau = std::span(shape.difference).subspan(shape.plateau_first, count);
  shape.plateau = median(plateau);
  shape.penalty = median(plateau.first(std::min(count, kFlatStart))) - shape.base;
  shape.walk = shape.top - shape.plateau;
  shape.second_level = shape.walk > std::max(2.0, 0.35 * shape.penalty);
}

}  // namespace

std::vector<std::uint32_t> curve_grid(std::uint32_t limit) {
  constexpr double kFirst = 8;
  constexpr double kStep = 1.09;
  std::vector<std::uint32_t> grid;
  auto pages = kFirst;
  while (pages < limit) {
    const auto whole = static_cast<std::uint32_t>(pages);
    if (grid.empty() || whole > grid.back()) grid.push_back(whole);
    pages *= kStep;
  }
  if (limit >= kFirst) grid.push_back(limit);
  return grid;
}

Result<std::vector<CurvePoint>> sweep_curve(Meter& meter, std::span<const std::uint32_t> grid,
                                            std::uint32_t lines_per_page) {
  std::vector<CurvePoint> curve;
  for (const auto pages : grid) {
    auto set = strided_pages(0, 1, pages * lines_per_page);
    for (auto& access : set) access.page /= lines_per_page;
    const auto pair = meter.both(set, kOrders, kEffort);
    if (!pair) return std::unexpected(pair.error());
    curve.push_back({.pages = pages,
                     .raw = pair->pages,
                     .dense = pair->dense,
                     .orders = {meter.samples().begin(), meter.samples().end()}});
  }
  return curve;
}

std::vector<CurvePoint> least_of(std::span<const CurvePoint> a, std::span<const CurvePoint> b) {
  std::vector<CurvePoint> least(a.begin(), a.end());
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    least[i].raw = std::min(a[i].raw, b[i].raw);
    least[i].dense = std::min(a[i].dense, b[i].dense);
    least[i].orders.insert(least[i].orders.end(), b[i].orders.begin(), b[i].orders.end());
  }
  return least;
}

std::vector<double> envelope(std::span<const CurvePoint> curve, double CurvePoint::* chain) {
  std::vector<double> values;
  for (const auto& point : curve) values.push_back(point.*chain);
  return suffix_minimum(without_false_lows(values));
}

CurveShape read_shape(std::span<const CurvePoint> curve, double wide) {
  constexpr std::size_t kFromEnd = 5;  // so that one bad last point cannot define the cost of a walk
  CurveShape shape;
  if (curve.size() < 2 * kFromEnd) return shape;
  shape.difference = envelope(curve, &CurvePoint::raw);
  const auto dense = envelope(curve, &CurvePoint::dense);
  for (std::size_t i = 0; i < dense.size(); ++i) shape.difference[i] -= dense[i];
  shape.rising = suffix_minimum(shape.difference);
  shape.base = base_of(curve, shape.difference);
  shape.top = shape.rising[curve.size() - kFromEnd];
  const auto rise = shape.top - shape.base;
  if (rise < kNoKnee) return shape;
  const auto threshold = shape.base + std::max(0.7, 0.04 * rise);
  const auto from = std::ranges::find_if(shape.rising, [&](double value) { return value >= threshold; });
  shape.has_knee = from != shape.rising.end();
  if (!shape.has_knee) return shape;
  find_plateau(curve, static_cast<std::size_t>(from - shape.rising.begin()), wide, shape);
  read_levels(shape);
  return shape;
}

std::optional<std::uint32_t> second_knee_onset(std::span<const CurvePoint> curve, const CurveShape& shape) {
  constexpr double kOnset = 0.12;
  if (!shape.has_knee || !shape.second_level) return std::nullopt;
  for (auto i = shape.plateau_last; i < curve.size(); ++i) {
    if (shape.rising[i] > shape.plateau + kOnset * shape.walk) return curve[i].pages;
  }
  return std::nullopt;
}

}  // namespace pageloupe
