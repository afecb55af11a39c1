// SPDX-License-Identifier: MIT
#include "probe/inference.h"

#include <utility>

#include "probe/wording.h"

namespace pageloupe {
namespace {

template <class Level>
void lower(Result<Level>& level, std::string_view why) {
  if (!level) return;
  level->confidence = lowered(level->confidence);
  level->doubt = why;
}

void lower(Geometry& geometry, std::string_view why) {
  lower(geometry.first, why);
  lower(geometry.second, why);
}

}  // namespace

TlbInference::TlbInference(LatencySource& source, ProbeClock clock, InferenceOptions options,
                           const std::atomic<bool>* cancelled, Observer observer)
    : source_(source),
      options_(options),
      cancelled_(cancelled),
      observer_(std::move(observer)),
      budget_(std::move(clock), options.time_budget, cancelled),
      rng_(options.seed) {}

ProbeReport TlbInference::run() {
  ProbeReport report;
  report.seed = options_.seed;
  if (options_.data) {
    measure_base(report);
    measure_tiers(report);
    measure_huge(report);
  }
  if (options_.code) {
    observer_.at("instruction TLB", 0);
    report.code = measure_instruction_tlb(source_, budget_, rng_, observer_);
  }
  judge_conditions(report);
  report.cancelled = cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed);
  report.elapsed = budget_.used();
  return report;
}

void TlbInference::measure_base(ProbeReport& report) {
  constexpr double kRetryUntil = 0.8;  // of the budget
  const auto facts = source_.open(Layout::base);
  if (!facts) {
    report.base.first = std::unexpected(facts.error());
    report.base.second = std::unexpected(facts.error());
    return;
  }
  if (!facts->note.empty()) observer_.say(facts->note);
  Meter meter(source_, Layout::base, *facts, budget_, rng_);
  report.base = measure_geometry(meter, {.second_level = options_.second_level}, observer_);
  report.attempts = 1;
  while (!report.base.certain() && report.attempts < options_.attempts &&
         budget_.used_share() < kRetryUntil && budget_.check()) {
    observer_.say("not certain; once more");
    report.base = better_of(std::move(report.base),
                            measure_geometry(meter, {.second_level = options_.second_level}, observer_));
    ++report.attempts;
  }
}

void TlbInference::measure_tiers(ProbeReport& report) {
  const bool afford = report.base.economy.value_or(Economy{}).walk_tiers;
  if (!options_.walk_tiers || !afford || !report.base.shape.has_knee) return;
  observer_.at("walks", 0);
  Meter meter(source_, Layout::base, report.base.facts, budget_, rng_);
  report.walk_tiers = measure_walk_tiers(meter, report.base.shape.base);
}

void TlbInference::measure_huge(ProbeReport& report) {
  source_.close(Layout::base);  // huge pages want memory
  if (!options_.granule) return;
  observer_.at("effective page size", 0);
  if (!report.base.first) {
    report.granule = not_measurable(Errc::not_applicable, "the first level for base pages is not known");
  } else {
    const auto regions = report.base.economy.value_or(Economy{}).granule_regions;
    report.granule = measure_granule(source_, *report.base.first, regions, budget_, rng_);
  }
  if (!report.granule || !report.granule->holds_huge()) {
    const auto why = report.granule ? not_measurable(Errc::not_applicable,
                                                     "the TLB holds huge pages in smaller pieces here")
                                    : std::unexpected(report.granule.error());
    if (options_.huge_2m) report.huge_2m = why;
    if (options_.huge_1g) report.huge_1g = why;
    if (report.granule) observer_.say(granule_finding(*report.granule));
    return;
  }
  if (options_.huge_2m) report.huge_2m = measure_layout(Layout::huge_2m);
  if (options_.huge_1g) report.huge_1g = measure_layout(Layout::huge_1g);
}

Result<Geometry> TlbInference::measure_layout(Layout layout) {
  observer_.at("huge pages", 0);
  const auto facts = source_.open(layout);
  if (!facts) return std::unexpected(facts.error());
  Meter meter(source_, layout, *facts, budget_, rng_);
  auto geometry = measure_geometry(meter, {.second_level = options_.second_level}, observer_);
  source_.close(layout);
  if (facts->borrowed > 0) lower(geometry, facts->note);
  return geometry;
}

void TlbInference::judge_conditions(ProbeReport& report) const {
  report.statistics = source_.statistics();
  report.disturbance = disturbance({.rejected_share = report.statistics.rejected_share(),
                                    .steal_share = report.statistics.steal.value_or(0),
                                    .cpu_changed = report.statistics.cpu_changed});
  if (!report.base.facts.note.empty()) lower(report.base, report.base.facts.note);
  if (report.disturbance.empty()) return;
  lower(report.base, report.disturbance);
  if (report.huge_2m) lower(*report.huge_2m, report.disturbance);
  if (report.huge_1g) lower(*report.huge_1g, report.disturbance);
  if (report.code) lower(report.code->geometry, report.disturbance);
}

}  // namespace pageloupe
