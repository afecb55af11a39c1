// SPDX-License-Identifier: MIT
// What the conflict sets say: pure arithmetic on what measure_conflicts() found.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "probe/conflicts.h"

namespace pageloupe {
namespace {

// The strides at which the group has stopped to shrink, and all their placements together.
struct Plateau {
  unsigned strides = 0;
  std::vector<std::uint32_t> pool;
};

Plateau plateau_of(std::span<const ConflictStride> strides) {
  Plateau plateau;
  if (strides.empty()) return plateau;
  const auto least = std::ranges::min(strides, {}, &ConflictStride::threshold).threshold();
  for (const auto& stride : strides) {
    if (stride.threshold() > 1.34 * least + 1) continue;
    ++plateau.strides;
    plateau.pool.insert(plateau.pool.end(), stride.fitting.begin(), stride.fitting.end());
  }
  return plateau;
}

// The most frequent value, the larger of two; the count with it.
std::pair<std::uint32_t, std::size_t> group_of(const Plateau& plateau) {
  std::map<std::uint32_t, std::size_t> counts;
  for (const auto value : plateau.pool) ++counts[value];
  std::pair<std::uint32_t, std::size_t> most{0, 0};
  for (const auto& [value, count] : counts) {
    if (count >= most.second) most = {value, count};
  }
  return most;
}

// Fixing k low bits of the page number divides the sets in reach by 2^k at most, so no stride's group can be
// smaller than capacity/2^k.
double capacity_bound(std::span<const ConflictStride> strides) {
  auto bound = std::numeric_limits<double>::infinity();
  for (const auto& stride : strides) {
    const auto most = std::ranges::max(stride.fitting);  // the others were spoiled downward
    bound = std::min(bound, std::ldexp(most, static_cast<int>(stride.exponent)));
  }
  return bound;
}

unsigned halvings(std::span<const ConflictStride> strides, std::uint32_t ways) {
  return static_cast<unsigned>(std::ranges::count_if(strides, [&](const ConflictStride& stride) {
    const auto ratio = static_cast<double>(stride.threshold()) / ways;
    if (ratio < 0.95) return false;
    const auto power = std::exp2(std::round(std::log2(ratio)));
    return std::abs(ratio / power - 1) <= 0.05;
  }));
}

std::string_view doubt_of(const SecondLevel& level) {
  if (level.confidence == Confidence::high) return {};
  if (!level.ways) return "no associativity plateau";
  return "few strides agree on the associativity";
}

}  // namespace

std::uint32_t SecondLevel::range_low() const { return static_cast<std::uint32_t>(0.88 * model_entries); }
std::uint32_t SecondLevel::range_high() const { return static_cast<std::uint32_t>(1.05 * model_entries); }

SecondLevel second_level_from(const CapacityFit& fit, std::span<const ConflictStride> strides) {
  SecondLevel level{.model_entries = fit.entries, .model = fit.model};
  level.entries = static_cast<std::uint32_t>(std::lround(fit.entries));
  const auto plateau = plateau_of(strides);
  const auto [group, count] = group_of(plateau);
  level.group = group;
  level.plateau_strides = plateau.strides;
  if (group > 0) {
    level.group_share = static_cast<double>(count) / static_cast<double>(plateau.pool.size());
    level.halving_strides = halvings(strides, group);
    const auto sets = std::exp2(std::round(std::log2(fit.entries / group)));
    const auto exact = group * sets;
    const auto ratio = fit.entries / exact;
    if (ratio > 0.85 && ratio < 1.15 && exact <= 1.25 * capacity_bound(strides)) {
      level.ways = group;
      level.sets = static_cast<std::uint32_t>(sets);
      level.entries = static_cast<std::uint32_t>(exact);
    }
  }
  if (level.ways && level.plateau_strides >= 2) {
    const bool clear = level.plateau_strides >= 3 && level.group_share >= 0.5;
    const bool likely = level.group_share >= 0.34;
    level.confidence = clear ? Confidence::high : likely ? Confidence::medium : Confidence::low;
  }
  level.doubt = doubt_of(level);
  return level;
}

unsigned last_strides(std::span<const ConflictStride> strides) {
  constexpr std::size_t kStrides = 3;
  return strides.empty() ? 0 : strides[strides.size() - std::min(kStrides, strides.size())].exponent;
}

void confirm_group(std::span<const ConflictStride> together, SecondLevel& level) {
  constexpr double kClear = 0.4;
  const auto plateau = plateau_of(together);
  const auto [group, count] = group_of(plateau);
  if (!level.ways || group == *level.ways) return;
  const bool clear = static_cast<double>(count) >= kClear * static_cast<double>(plateau.pool.size());
  level.confidence = clear ? Confidence::low : lowered(level.confidence);
  level.doubt =
      clear ? "the conflict groups depend on the first level" : "the associativity was not confirmed";
}

}  // namespace pageloupe
