// SPDX-License-Identifier: MIT
#include "probe/first_level.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

constexpr unsigned kOrders = 3;
constexpr Effort kEffort{.warm = 4, .chunks = 4};
constexpr std::array kSurelyHit{7U, 8U, 9U, 10U, 11U, 12U, 13U, 14U};  // page counts that no level misses
constexpr std::uint32_t kWidest = 60;                                  // page counts that one pass can afford

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

Result<void> FirstLevelSearch::pass() {
  std::vector<double> hits;
  for (const auto pages : kSurelyHit) {
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

MissProfile FirstLevelSearch::profile(std::span<const double> raw, double dense) const {
  const auto base = median(hits_);
  MissProfile profile{.window = window_, .misses = {}};
  profile.misses.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto pages = static_cast<double>(window_.first + i);
    profile.misses.push_back(pages * (raw[i] - dense - base) / penalty_);
  }
  return profile;
}

std::vector<MissProfile> FirstLevelSearch::pass_profiles() const {
  std::vector<MissProfile> profiles;
  profiles.reserve(passes_);
  for (unsigned i = 0; i < passes_; ++i) profiles.push_back(profile(raw_[i], median(dense_[i])));
  return profiles;
}

Result<FirstLevel> FirstLevelSearch::result() const {
  if (passes_ == 0) return not_measurable(Errc::not_sampled, "no pass over the first knee was completed");
  std::vector<double> all_dense;
  for (const auto& dense : dense_) all_dense.insert(all_dense.end(), dense.begin(), dense.end());
  std::vector<double> raw;
  for (std::size_t i = 0; i < window_.size(); ++i) {
    std::vector<double> column;
    column.reserve(passes_);
    for (const auto& pass : raw_) column.push_back(pass[i]);
    raw.push_back(undisturbed(column));
  }
  const auto together = profile(raw, median(all_dense));
  const auto entries = together.capacity();
  if (!entries) return not_measurable(Errc::not_applicable, "no clear first step of the curve");
  FirstLevel level{.entries = *entries, .penalty = penalty_, .passes = passes_};
  level.misses_at = together.at(*entries);
  level.misses_above = together.at(*entries + 1);
  weigh_passes(pass_profiles(), level);
  level.confidence = first_level_confidence(level);
  if (level.confidence != Confidence::high) level.doubt = "the passes do not agree on one step";
  return level;
}

Confidence first_level_confidence(const FirstLevel& level) {
  const bool clear = level.misses_at < 0.6 && level.misses_above > 1.8;
  if (!clear) return Confidence::low;
  if (level.chance < 1e-4) return Confidence::high;
  return level.chance < 1e-2 ? Confidence::medium : Confidence::low;
}

}  // namespace pageloupe
