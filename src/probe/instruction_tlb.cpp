// SPDX-License-Identifier: MIT
#include "probe/instruction_tlb.h"

#include <algorithm>
#include <cmath>

namespace pageloupe {
namespace {

// A jump's miss is hidden in part by the next jump's guess: the plateau is neither level nor wide.
constexpr double kWidePlateau = 1.5;

// Page count at which the curve crosses the middle of its first step; interpolated. 0 without a crossing.
double middle_of_step(std::span<const CurvePoint> curve, const CurveShape& shape) {
  const auto middle = shape.base + 0.5 * shape.penalty;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    if (shape.rising[i] < middle) continue;
    const auto rise = shape.rising[i] - shape.rising[i - 1];
    const auto share = rise > 0 ? std::clamp((middle - shape.rising[i - 1]) / rise, 0.0, 1.0) : 0.0;
    return curve[i - 1].pages + share * (curve[i].pages - curve[i - 1].pages);
  }
  return 0;
}

// The curve again with two jumps per page, as far as the first step needs it.
Result<double> step_with_two_jumps(Meter& meter, const CurveShape& one_jump, double step) {
  const auto limit = std::min<double>(meter.facts().pages, 4 * step);
  const auto grid = curve_grid(static_cast<std::uint32_t>(limit));
  const auto first = sweep_curve(meter, grid, 2);
  if (!first) return std::unexpected(first.error());
  const auto second = sweep_curve(meter, grid, 2);
  if (!second) return std::unexpected(second.error());
  const auto curve = least_of(*first, *second);
  auto shape = read_shape(curve, kWidePlateau);
  if (shape.rising.empty()) return 0.0;
  // The two jumps of a page come at unrelated times of the lap, so each pays nearly the whole penalty.
  shape.penalty = one_jump.penalty;
  return middle_of_step(curve, shape);
}

void trust_less(Geometry& geometry) {
  constexpr std::string_view kDoubt = "jumps are guessed ahead, which can hide a part";
  if (geometry.first) {
    geometry.first->confidence = std::min(geometry.first->confidence, Confidence::medium);
    geometry.first->doubt = kDoubt;
  }
}

}  // namespace

Result<InstructionTlb> measure_instruction_tlb(LatencySource& source, const Budget& budget, Rng& rng,
                                               const Observer& observer) {
  const auto facts = source.open(Layout::code);
  if (!facts) return std::unexpected(facts.error());
  Meter meter(source, Layout::code, *facts, budget, rng);
  InstructionTlb found;
  found.geometry = measure_geometry(
      meter,
      {.second_level = false, .conflicts = false, .may_save_time = false, .wide_plateau = kWidePlateau},
      observer);
  auto& geometry = found.geometry;
  Result<double> two = not_measurable(Errc::not_applicable, "no step of the curve");
  if (geometry.first) {
    found.step_with_one_jump = middle_of_step(geometry.curve, geometry.shape);
    two = step_with_two_jumps(meter, geometry.shape, found.step_with_one_jump);
  }
  source.close(Layout::code);
  if (!geometry.first) return std::unexpected(geometry.first.error());
  if (!two) return std::unexpected(two.error());
  found.step_with_two_jumps = *two;
  if (*two < 0.75 * found.step_with_one_jump || *two > 1.4 * found.step_with_one_jump) {
    return not_measurable(Errc::not_applicable, "the step follows the number of jumps, not of pages");
  }
  trust_less(geometry);
  geometry.second =
      not_measurable(Errc::not_applicable, "a second step of jumps may be the branch predictor's");
  return found;
}

}  // namespace pageloupe
