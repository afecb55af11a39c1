// SPDX-License-Identifier: MIT
#include "probe/first_level_ways.h"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

namespace pageloupe {
namespace {

constexpr unsigned kFirstExponent = 2;
constexpr unsigned kLastExponent = 9;
constexpr int kPlacements = 3;

class StrideTest {
 public:
  StrideTest(Meter& meter, double base, const FirstLevel& level)
      : meter_(meter), base_(base), level_(level) {}

  // Most pages 2^exponent apart that do not miss, up to the level's entries.
  Result<std::uint32_t> most_fitting(unsigned exponent) {
    const auto first = meter_.facts().pages + meter_.rng().below(512);
    std::uint32_t fits = 1;
    auto too_many = level_.entries;
    auto full = overflows(first, exponent, too_many);
    if (!full) return std::unexpected(full.error());
    if (!*full) return too_many;
    while (too_many - fits > 1) {
      const auto middle = fits + (too_many - fits) / 2;
      full = overflows(first, exponent, middle);
      if (!full) return std::unexpected(full.error());
      (*full ? too_many : fits) = middle;
    }
    return fits;
  }

 private:
  Result<bool> overflows(std::uint32_t first, unsigned exponent, std::uint32_t pages) {
    constexpr unsigned kOrders = 3;
    constexpr int kTries = 2;
    constexpr Effort kEffort{.warm = 4, .chunks = 4};
    const auto set = strided_pages(first, 1U << exponent, pages);
    for (int i = 0; i < kTries; ++i) {
      const auto pair = meter_.both(set, kOrders, kEffort);
      if (!pair) return std::unexpected(pair.error());
      if ((pair->difference() - base_) * pages / level_.penalty < 1) return false;
    }
    return true;
  }

  Meter& meter_;
  double base_;
  const FirstLevel& level_;
};

}  // namespace

WaysFinding ways_from(std::span<const std::uint32_t> fitting, std::uint32_t entries) {
  constexpr double kFewer = 0.75;
  constexpr int kStrides = 3;
  std::map<std::uint32_t, int> counts;
  int fewer = 0;
  for (const auto value : fitting) {
    if (value > kFewer * entries) continue;
    ++fewer;
    ++counts[value];
  }
  if (fewer < kStrides) return {.known = true};
  const auto& [ways, count] =
      *std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  const bool whole_sets = entries % ways == 0 && std::has_single_bit(entries / ways);
  if (count < kStrides || !whole_sets) return {};
  return {.known = true, .ways = ways};
}

Result<void> measure_first_level_ways(Meter& meter, double base, FirstLevel& level) {
  StrideTest test(meter, base, level);
  std::vector<std::uint32_t> fitting;
  for (auto exponent = kFirstExponent; exponent <= kLastExponent; ++exponent) {
    const auto reach = static_cast<std::uint64_t>(level.entries) << exponent;
    if (meter.facts().pages + 512 + reach >= meter.facts().span) break;
    std::uint32_t most = 0;
    for (int i = 0; i < kPlacements; ++i) {
      const auto fits = test.most_fitting(exponent);
      if (!fits) return std::unexpected(fits.error());
      most = std::max(most, *fits);
    }
    fitting.push_back(most);
  }
  if (fitting.size() < 5) return {};  // too small a layout to tell
  const auto finding = ways_from(fitting, level.entries);
  level.ways = finding.ways;
  level.ways_known = finding.known;
  return {};
}

}  // namespace pageloupe
