// SPDX-License-Identifier: MIT
#include "probe/geometry.h"

#include <algorithm>
#include <utility>

#include "probe/first_level_ways.h"
#include "probe/order_statistics.h"
#include "probe/wording.h"

namespace pageloupe {
namespace {

constexpr unsigned kFewestPasses = 3;
constexpr unsigned kKneeSweeps = 2;
constexpr unsigned kMostPasses = 4;    // times the usual number, while disturbances leave the step unclear
constexpr unsigned kLongStrides = 12;  // with exponents up to this, a set index of 4,096 sets is exhausted

// The stages of one attempt, in the order in which they need each other.
class Attempt {
 public:
  Attempt(Meter& meter, const GeometryOptions& options, const Observer& observer)
      : meter_(meter), options_(options), observer_(observer) {
    found_.layout = meter.layout();
    found_.facts = meter.facts();
  }

  Geometry run() {
    const auto curve = sweep();
    if (!curve) {
      found_.first = std::unexpected(curve.error());
      found_.second = std::unexpected(curve.error());
      return std::move(found_);
    }
    if (found_.shape.has_knee) {
      levels();
      distrust_strange_hits();
    } else {
      found_.first = not_measurable(Errc::not_applicable, "no step of the curve");
      found_.second = not_measurable(Errc::not_applicable, "no step of the curve");
    }
    return std::move(found_);
  }

 private:
  Result<void> sweep() {
    observer_.at("curve", 0);
    const auto grid = curve_grid(meter_.facts().pages);
    const auto before = meter_.budget().used();
    auto first = sweep_curve(meter_, grid);
    if (!first) return std::unexpected(first.error());
    const auto left = meter_.budget().limit() - before;
    if (options_.may_save_time) economy_ = economy_for((meter_.budget().used() - before) / left);
    if (economy_ != Economy{}) found_.economy = economy_;
    found_.curve = std::move(*first);
    observer_.at("curve", 0.5);
    if (economy_.second_sweep) {
      const auto second = sweep_curve(meter_, grid);
      if (second) found_.curve = least_of(found_.curve, *second);
    }
    found_.shape = read_shape(found_.curve, options_.wide_plateau);
    found_.hit = found_.curve.front().dense;
    observer_.say(describe(found_.shape));
    return {};
  }

  void levels() {
    FirstLevelSearch search(meter_, found_.curve, found_.shape);
    if (const auto ready = search.prepare(); !ready) {
      found_.first = std::unexpected(ready.error());
      found_.second = std::unexpected(ready.error());
      return;
    }
    const auto onset = options_.second_level ? second_knee_onset(found_.curve, found_.shape)
                                             : std::optional<std::uint32_t>{};
    const auto early = onset ? (economy_.passes + 1) / 2 : economy_.passes;
    more_passes(search, early);
    found_.first = search.result();
    if (onset) {
      second_level(*onset);
    } else if (options_.second_level) {
      found_.second = not_measurable(Errc::not_applicable, "no second step of the curve");
    }
    more_passes(search, economy_.passes);
    found_.first = search.result();
    while (search.passes() >= economy_.passes && search.passes() < kMostPasses * economy_.passes &&
           unsure()) {
      const auto wanted = search.passes() + economy_.passes;
      more_passes(search, wanted);
      if (search.passes() < wanted) break;  // out of time
      found_.first = search.result();
    }
    if (!found_.first) return;
    if (search.passes() < kFewestPasses) found_.first->confidence = Confidence::low;
    if (options_.conflicts) first_level_ways();
    observer_.say(describe(*found_.first));
  }

  [[nodiscard]] bool unsure() const { return !found_.first || found_.first->confidence != Confidence::high; }

  void more_passes(FirstLevelSearch& search, unsigned count) {
    while (search.passes() < count) {
      observer_.at("first level", static_cast<double>(search.passes()) / count);
      if (!search.pass()) return;
    }
  }

  void second_level(std::uint32_t onset) {
    observer_.at("second level", 0);
    auto knee = measure_second_knee(meter_, onset, kKneeSweeps);
    if (!knee) {
      found_.second = std::unexpected(knee.error());
      return;
    }
    found_.second_knee = std::move(*knee);
    const auto fit = fit_capacity(found_.second_knee, onset);
    if (!fit) {
      found_.second = std::unexpected(fit.error());
      return;
    }
    observer_.say(describe(*fit));
    const auto went = conflicts();
    found_.second = second_level_from(*fit, found_.strides);
    found_.second->miss_cost = found_.shape.top - found_.shape.base;
    if (!went) distrust_short_strides(went.error().field);
    if (went && found_.second->confidence != Confidence::low) confirm_conflicts();
    for (const auto& stride : found_.strides) observer_.say(describe(stride));
    observer_.say(describe(*found_.second));
  }

  Result<void> conflicts() {
    observer_.at("conflict sets", 0);
    if (!options_.conflicts) return not_measurable(Errc::not_sampled, "conflict sets were not tried");
    if (!found_.first) return not_measurable(Errc::not_applicable, "conflict sets need the first level");
    const auto went = measure_conflicts(
        meter_,
        {.first_level = found_.first->entries, .walk = found_.shape.walk, .placements = economy_.placements},
        found_.strides);
    if (!went) return went;
    if (found_.strides.empty() || found_.strides.back().exponent < kLongStrides) {
      return not_measurable(Errc::unsupported, "the layout is too small for long conflict strides");
    }
    return {};
  }

  void confirm_conflicts() {
    constexpr unsigned kPlacements = 4;
    std::vector<ConflictStride> together;
    const auto went = measure_conflicts(meter_,
                                        {.first_level = found_.first->entries,
                                         .walk = found_.shape.walk,
                                         .placements = kPlacements,
                                         .first_exponent = last_strides(found_.strides),
                                         .together = true},
                                        together);
    for (const auto& stride : together) observer_.say("together, " + describe(stride));
    if (went) confirm_group(together, *found_.second);
    if (!went) distrust_short_strides(went.error().field);
  }

  // Three short strides can agree on a group that longer ones would still halve.
  void distrust_short_strides(std::string_view why) {
    const bool some = !found_.strides.empty() && found_.strides.back().exponent >= kLongStrides;
    auto& level = *found_.second;
    level.confidence = some ? lowered(level.confidence) : Confidence::low;
    level.doubt = why;
  }

  // Under an emulator a load takes what the emulator takes, whatever its steps may look like.
  void distrust_strange_hits() {
    constexpr double kFastest = 2.5;
    constexpr double kSlowest = 10;
    const bool usual = found_.hit > kFastest && found_.hit < kSlowest;
    if (usual || found_.layout == Layout::code) return;
    constexpr std::string_view kDoubt =
        "loads do not take the time of a core's own cache, as under an emulator";
    if (found_.first) {
      found_.first->confidence = Confidence::low;
      found_.first->doubt = kDoubt;
    }
    if (found_.second) {
      found_.second->confidence = Confidence::low;
      found_.second->doubt = kDoubt;
    }
  }

  void first_level_ways() {
    observer_.at("associativity", 0);
    const auto went = measure_first_level_ways(meter_, found_.shape.base, *found_.first);
    if (!went) observer_.say(not_measured(went.error()));
  }

  Meter& meter_;
  const GeometryOptions& options_;
  const Observer& observer_;
  Economy economy_;
  Geometry found_;
};

template <class Level>
bool is_better(const Result<Level>& b, const Result<Level>& a) {
  if (!a || !b) return b.has_value();
  return b->confidence > a->confidence;
}

template <class Level>
bool is_certain(const Result<Level>& level) {
  if (level) return level->confidence == Confidence::high;
  return level.error().code == Errc::unsupported || level.error().code == Errc::not_sampled;
}

}  // namespace

bool Geometry::certain() const {
  if (!curve.empty() && !shape.has_knee) return true;
  return is_certain(first) && (is_certain(second) || (!shape.second_level && first));
}

Geometry measure_geometry(Meter& meter, const GeometryOptions& options, const Observer& observer) {
  return Attempt(meter, options, observer).run();
}

Geometry better_of(Geometry a, Geometry b) {
  const bool second_of_b = is_better(b.second, a.second);
  auto& kept = is_better(b.first, a.first) ? b : a;
  auto& other = &kept == &a ? b : a;
  if (second_of_b != (&kept == &b)) {
    kept.second = std::move(other.second);
    kept.second_knee = std::move(other.second_knee);
    kept.strides = std::move(other.strides);
  }
  return std::move(kept);
}

}  // namespace pageloupe
