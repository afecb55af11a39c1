// SPDX-License-Identifier: MIT
#include "probe/capacity_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "probe/confidence.h"

namespace pageloupe {
namespace {

// The root x > 0 of x = fill·(1 − e^−x), by Newton from above, where the function is convex.
double turnover(double fill) {
  constexpr int kSteps = 20;
  double x = fill;
  for (int i = 0; i < kSteps; ++i) {
    const auto decay = std::exp(-x);
    const auto step = (x - fill * (1 - decay)) / (1 - fill * decay);
    x -= step;
    if (std::abs(step) < 1e-7) break;
  }
  return x;
}

// cost = floor + walk·share, least squares; then the mean absolute residual, or infinity if walk is not > 0.
double residual_of(std::span<const KneePoint> points, std::span<const double> shares) {
  double share_sum = 0;
  double cost_sum = 0;
  double square_sum = 0;
  double product_sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    share_sum += shares[i];
    cost_sum += points[i].cost;
    square_sum += shares[i] * shares[i];
    product_sum += shares[i] * points[i].cost;
  }
  const auto count = static_cast<double>(points.size());
  const auto spread = count * square_sum - share_sum * share_sum;
  constexpr auto kNone = std::numeric_limits<double>::infinity();
  if (spread < 1e-9) return kNone;
  const auto walk = (count * product_sum - share_sum * cost_sum) / spread;
  if (walk < 1e-6) return kNone;
  const auto floor = (cost_sum - walk * share_sum) / count;
  double total = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    total += std::abs(points[i].cost - floor - walk * shares[i]);
  }
  return total / count;
}

}  // namespace

double miss_share(Replacement model, double fill) {
  constexpr double kLruSteepness = 8;
  switch (model) {
    case Replacement::random_like: return fill <= 1 ? 0 : 1 - std::exp(-turnover(fill));
    case Replacement::lru_like: return std::clamp(kLruSteepness * (fill - 1), 0.0, 1.0);
  }
  std::unreachable();
}

Result<CapacityFit> fit_capacity(std::span<const KneePoint> points, double onset) {
  constexpr double kStep = 1.003;
  CapacityFit best{.residual = std::numeric_limits<double>::infinity()};
  std::vector<double> shares(points.size());
  for (const auto model : {Replacement::random_like, Replacement::lru_like}) {
    auto entries = 0.57 * onset;
    while (entries <= 1.9 * onset) {
      std::ranges::transform(points, shares.begin(), [&](const KneePoint& point) {
        return miss_share(model, point.pages / entries);
      });
      const auto residual = residual_of(points, shares);
      if (residual < best.residual) best = {.entries = entries, .model = model, .residual = residual};
      entries *= kStep;
    }
  }
  if (best.entries <= 0) return not_measurable(Errc::not_applicable, "no second step fits the curve");
  return best;
}

Result<std::vector<KneePoint>> measure_second_knee(Meter& meter, std::uint32_t onset, unsigned sweeps) {
  constexpr int kPoints = 31;
  const auto low = 0.6 * onset;
  const auto high = std::min<double>(meter.facts().pages, 1.9 * onset);
  std::vector<std::uint32_t> grid;
  grid.reserve(kPoints);
  for (int i = 0; i < kPoints; ++i) {
    grid.push_back(static_cast<std::uint32_t>(low * std::pow(high / low, i / (kPoints - 1.0))));
  }
  auto curve = sweep_curve(meter, grid);
  if (!curve) return std::unexpected(curve.error());
  for (unsigned i = 1; i < sweeps; ++i) {
    const auto again = sweep_curve(meter, grid);
    if (!again) break;  // out of time: what there is has to do
    curve = least_of(*curve, *again);
  }
  const auto raw = envelope(*curve, &CurvePoint::raw);
  const auto dense = envelope(*curve, &CurvePoint::dense);
  std::vector<KneePoint> points;
  points.reserve(grid.size());
  for (std::size_t i = 0; i < grid.size(); ++i) {
    points.push_back({.pages = static_cast<double>(grid[i]), .cost = raw[i] - dense[i]});
  }
  return points;
}

}  // namespace pageloupe
