// SPDX-License-Identifier: MIT
#include "probe/first_level.h"

#include <algorithm>
#include <cmath>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

constexpr unsigned kOrders = 3;
// A level with random replacement takes about half as many laps as it has entries to lose a stranger's.
constexpr Effort kEffort{.warm = 4, .chunks = 4, .settle = 16};
constexpr std::uint32_t kWidest = 60;  // page counts that one pass can afford

// From safely below the rise to well into it.
KneeWindow rise_of(std::span<const CurvePoint> curve, const CurveShape& shape) {
  auto low = curve.front().pages;
  auto high = curve.back().pages;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (shape.rising[i] < shape.base + 0.1 * shape.penalty) low = curve[i].pages;
    if (shape.rising[i] > shape.base + 0.8 * shape.penalty) {
      high = curve[i].pages;
      break;
    }
  }
  return {.first = std::max(2U, low * 3 / 4), .last = high + 3};
}

// Disturbances only add, so a low rank is the truth; not the lowest, since a calibration may be off.
double undisturbed(std::span<const double> column) {
  std::vector<double> sorted(column.begin(), column.end());
  std::ranges::sort(sorted);
  const auto rank = std::max<std::size_t>(1, sorted.size() / 8);
  return sorted[std::min(rank, (sorted.size() - 1) / 2)];
}

double share_that_fits(std::span<const MissProfile> passes, std::uint32_t pages) {
  const auto fitting =
      std::ranges::count_if(passes, [&](const MissProfile& pass) { return pass.at(pages) < 1; });
  return static_cast<double>(fitting) / static_cast<double>(passes.size());
}

// How quiet the machine was is seen in the counts just below the step.
void weigh_passes(std::span<const MissProfile> passes, FirstLevel& level) {
  constexpr std::uint32_t kBelow = 2;
  const auto agreeing = std::ranges::count_if(passes, [&](const MissProfile& pass) {
    return pass.at(level.entries) < 1 && pass.at(level.entries + 1) >= 1;
  });
  level.agreement = static_cast<double>(agreeing) / static_cast<double>(passes.size());
  auto quiet = level.agreement;
  for (std::uint32_t i = 1; i <= kBelow && level.entries >= passes.front().window.first + i; ++i) {
    quiet = std::min(quiet, share_that_fits(passes, level.entries - i));
  }
  // Two counts in a row would have to be disturbed in every pass but one.
  const auto once = chance_of_none_quiet(quiet, static_cast<unsigned>(passes.size()));
  level.chance = once * once;
}

}  // namespace

double chance_of_none_quiet(double quiet, unsigned passes) {
  if (passes == 0) return 1;
  const auto disturbed = 1 - quiet;
  return std::pow(disturbed, passes) + passes * quiet * std::pow(disturbed, passes - 1);
}

std::optional<std::uint32_t> MissProfile::capacity() const {
  for (std::size_t i = 0; i + 1 < misses.size(); ++i) {
    if (misses[i] < 1 || misses[i + 1] < 1) continue;
    if (i == 0) return std::nullopt;
    return window.first + static_cast<std::uint32_t>(i) - 1;
  }
  return std::nullopt;
}

FirstLevelSearch::FirstLevelSearch(Meter& meter, std::span<const CurvePoint> curve, const CurveShape& shape)
    : meter_(meter), base_(shape.base), penalty_(shape.penalty), window_(rise_of(curve, shape)) {}

Result<double> FirstLevelSearch::misses_once(std::uint32_t pages) {
  const auto pair = meter_.both(strided_pages(0, 1, pages), kOrders, kEffort);
  if (!pair) return std::unexpected(pair.error());
  return pages * (pair->difference() - base_) / penalty_;
}

// Three tries: a neighbour adds misses, nothing takes them away.
Result<bool> FirstLevelSearch::fits(std::uint32_t pages) {
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    const auto misses = misses_once(pages);
    if (!misses) return std::unexpected(misses.error());
    if (*misses < 1) return true;
  }
  return false;
}

Result<void> FirstLevelSearch::prepare() {
  constexpr std::uint32_t kNarrow = 12;
  auto [low, high] = window_;
  high = std::min(high, meter_.facts().pages);
  if (high - low > kWidest) {
    while (high - low > kNarrow) {
      const auto middle = low + (high - low) / 2;
      const auto fit = fits(middle);
      if (!fit) return std::unexpected(fit.error());
      (*fit ? low : high) = middle;
    }
    low = std::max(2U, low - std::min(low, kNarrow));
    high = std::min(high + kNarrow, meter_.facts().pages);
  }
  window_ = {.first = low, .last = high};
  return {};
}

// Page counts that the level holds for sure. A few jumps are predicted better than many, so for code they are
// the largest of these.
std::vector<std::uint32_t> FirstLevelSearch::hit_counts() const {
  constexpr std::uint32_t kFewest = 7;
  constexpr std::uint32_t kCount = 8;
  const bool largest = meter_.layout() == Layout::code && window_.first > kFewest + kCount;
  std::vector<std::uint32_t> counts(kCount);
  std::ranges::generate(counts,
                        [next = largest ? window_.first - kCount : kFewest]() mutable { return next++; });
  return counts;
}

Result<void> FirstLevelSearch::pass() {
  std::vector<double> hits;
  for (const auto pages : hit_counts()) {
    const auto pair = meter_.both(strided_pages(0, 1, pages), kOrders, kEffort);
    if (!pair) return std::unexpected(pair.error());
    hits.push_back(pair->difference());
  }
  std::vector<double> raw;
  std::vector<double> dense;
  for (auto pages = window_.first; pages <= window_.last; ++pages) {
    const auto pair = meter_.both(strided_pages(0, 1, pages), kOrders, kEffort);
    if (!pair) return std::unexpected(pair.error());
    raw.push_back(pair->pages);
    dense.push_back(pair->dense);
  }
  raw_.push_back(std::move(raw));
  dense_.push_back(std::move(dense));
  hits_.push_back(median(hits));
  ++passes_;
  return {};
}

// Each pass by its own hits: another load on the core makes all accesses of a pass a little slower.
std::vector<MissProfile> FirstLevelSearch::pass_profiles() const {
  std::vector<MissProfile> profiles;
  profiles.reserve(passes_);
  const auto base = median(hits_);
  for (unsigned pass = 0; pass < passes_; ++pass) {
    const auto hit = median(dense_[pass]) + base;
    MissProfile profile{.window = window_, .misses = {}};
    for (std::size_t i = 0; i < window_.size(); ++i) {
      const auto pages = static_cast<double>(window_.first + i);
      profile.misses.push_back(pages * (raw_[pass][i] - hit) / penalty_);
    }
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

Result<FirstLevel> FirstLevelSearch::result() const {
  if (passes_ == 0) return not_measurable(Errc::not_sampled, "no pass over the first knee was completed");
  const auto profiles = pass_profiles();
  MissProfile together{.window = window_, .misses = {}};
  for (std::size_t i = 0; i < window_.size(); ++i) {
    std::vector<double> column;
    column.reserve(passes_);
    for (const auto& profile : profiles) column.push_back(profile.misses[i]);
    together.misses.push_back(undisturbed(column));
  }
  const auto entries = together.capacity();
  if (!entries) return not_measurable(Errc::not_applicable, "no clear first step of the curve");
  FirstLevel level{.entries = *entries, .penalty = penalty_, .passes = passes_};
  level.misses_at = together.at(*entries);
  level.misses_above = together.at(*entries + 1);
  weigh_passes(profiles, level);
  level.hit = least_hit();
  level.confidence = first_level_confidence(level);
  if (level.confidence != Confidence::high) level.doubt = "the passes do not agree on one step";
  if (level.confidence == Confidence::high && !is_whole(level.hit)) {
    level.confidence = Confidence::medium;
    level.doubt = "other load seems to share the core";
  }
  return level;
}

// The second least, so that one false reading does not count.
double FirstLevelSearch::least_hit() const {
  std::vector<double> hits;
  hits.reserve(passes_);
  for (const auto& dense : dense_) hits.push_back(median(dense));
  std::ranges::sort(hits);
  return hits[std::min<std::size_t>(1, hits.size() - 1)];
}

bool is_whole(double cycles) {
  constexpr double kTolerance = 0.005;
  return std::abs(cycles / std::round(cycles) - 1) <= kTolerance;
}

Confidence first_level_confidence(const FirstLevel& level) {
  const bool clear = level.misses_at < 0.6 && level.misses_above > 1.8;
  if (!clear) return Confidence::low;
  if (level.chance < 1e-4) return Confidence::high;
  return level.chance < 1e-2 ? Confidence::medium : Confidence::low;
}

}  // namespace pageloupe
