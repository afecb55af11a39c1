// SPDX-License-Identifier: MIT
// The TLB levels for one kind of page, from the curve to the last associativity.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/budget.h"
#include "probe/capacity_model.h"
#include "probe/conflicts.h"
#include "probe/curve.h"
#include "probe/first_level.h"

namespace pageloupe {

// Where a run stands, and what it saw. Either may be empty.
struct Observer {
  std::function<void(std::string_view stage, double share)> progress;  // share of the stage's run, 0..1
  std::function<void(std::string_view line)> verbose;

  void at(std::string_view stage, double share) const {
    if (progress) progress(stage, share);
  }
  void say(std::string_view line) const {
    if (verbose) verbose(line);
  }
};

// What was found, and from what. Each level is a value or the reason for having none.
struct Geometry {
  Layout layout = Layout::base;
  LayoutFacts facts;
  std::vector<CurvePoint> curve;
  CurveShape shape;
  double hit = 0;  // cycles of an access that the first level translates
  Result<FirstLevel> first = not_measurable(Errc::not_sampled, "not asked for");
  Result<SecondLevel> second = not_measurable(Errc::not_sampled, "not asked for");
  std::vector<KneePoint> second_knee;
  std::vector<ConflictStride> strides;
  std::optional<Economy> economy;  // what was left out for want of time, if anything was

  // Both levels that the curve shows are known with high confidence.
  [[nodiscard]] bool certain() const;
};

struct GeometryOptions {
  bool second_level = true;
  bool conflicts = true;  // associativities; without, the second level is only modelled
  bool may_save_time = true;
  double wide_plateau = 2.0;  // see read_shape()
};

// One attempt. Always gives what was found until the budget ended.
[[nodiscard]] Geometry measure_geometry(Meter& meter, const GeometryOptions& options,
                                        const Observer& observer);

// Level by level the more confident of two attempts; the curve of the one whose first level is kept.
[[nodiscard]] Geometry better_of(Geometry a, Geometry b);

}  // namespace pageloupe
