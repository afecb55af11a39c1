// SPDX-License-Identifier: MIT
#include "probe/granule.h"

#include <algorithm>
#include <bit>
#include <map>

namespace pageloupe {
namespace {

constexpr std::uint32_t kSteps = 400;  // base-size steps through a region: fewer lines than a data cache has
constexpr double kHit = 0.25;          // share of first-level misses under which the pages are held together

class RegionTest {
 public:
  RegionTest(Meter& meter, const FirstLevel& level) : meter_(meter), level_(level) {}

  // First-level misses per access of `steps` base-size pages in each of `regions`.
  Result<double> misses(std::span<const std::uint32_t> regions, std::uint32_t steps) {
    constexpr unsigned kOrders = 3;
    constexpr Effort kEffort{.warm = 4, .chunks = 4};
    std::vector<Access> set;
    for (const auto region : regions) {
      for (std::uint32_t i = 0; i < steps; ++i) {
        const auto line = static_cast<std::uint32_t>(set.size());
        set.push_back({.page = region * meter_.facts().region + i, .line = line});
      }
    }
    const auto pair = meter_.both(set, kOrders, kEffort);
    if (!pair) return std::unexpected(pair.error());
    return pair->difference() / level_.penalty;
  }

  // Bytes that one entry covers, from the most steps that the first level holds.
  Result<Bytes> piece(std::span<const std::uint32_t> regions, std::uint32_t missing) {
    std::uint32_t fits = 1;
    while (missing - fits > 1) {
      const auto middle = fits + (missing - fits) / 2;
      const auto fit = all_fit(regions, middle);
      if (!fit) return std::unexpected(fit.error());
      (*fit ? fits : missing) = middle;
    }
    const auto held = fits * regions.size();
    const auto ratio = std::max<std::uint64_t>(1, (held + level_.entries / 2) / level_.entries);
    return Bytes{meter_.facts().page_size.value * std::bit_floor(ratio + ratio / 2)};
  }

  [[nodiscard]] std::uint32_t steps() const { return std::min(kSteps, meter_.facts().region); }
  [[nodiscard]] Bytes page_size() const { return meter_.facts().page_size; }
  [[nodiscard]] Bytes region_size() const { return to_bytes(Pages{meter_.facts().region}, page_size()); }

 private:
  // Twice before it is denied: a disturbance adds misses, none takes them away.
  Result<bool> all_fit(std::span<const std::uint32_t> regions, std::uint32_t steps) {
    constexpr int kTries = 2;
    for (int i = 0; i < kTries; ++i) {
      const auto share = misses(regions, steps);
      if (!share) return std::unexpected(share.error());
      if (*share * steps * static_cast<double>(regions.size()) < 1) return true;
    }
    return false;
  }

  Meter& meter_;
  const FirstLevel& level_;
};

Result<Bytes> region_piece(RegionTest& test, std::uint32_t region) {
  const auto share = test.misses(std::span(&region, 1), test.steps());
  if (!share) return std::unexpected(share.error());
  if (*share < kHit) return test.region_size();
  return test.piece(std::span(&region, 1), test.steps());
}

// A region's steps may fit the level although it holds them in pieces of, say, 32 KiB. All such regions
// together do not, unless an entry holds a region.
Result<void> check_together(RegionTest& test, Granule& granule) {
  std::vector<std::uint32_t> regions;
  for (std::uint32_t i = 0; i < granule.pieces.size(); ++i) {
    if (granule.pieces[i] == granule.region_size) regions.push_back(i);
  }
  if (regions.size() < 2) return {};
  const auto share = test.misses(regions, test.steps());
  if (!share) return std::unexpected(share.error());
  if (*share < kHit) return {};
  const auto piece = test.piece(regions, test.steps());
  if (!piece) return std::unexpected(piece.error());
  for (const auto region : regions) granule.pieces[region] = *piece;
  return {};
}

Result<Bytes> contiguous_piece(LatencySource& source, const FirstLevel& level, const Budget& budget,
                               Rng& rng) {
  const auto facts = source.open(Layout::granule_cut);
  if (!facts) return std::unexpected(facts.error());
  Meter meter(source, Layout::granule_cut, *facts, budget, rng);
  RegionTest test(meter, level);
  auto piece = region_piece(test, 0);
  source.close(Layout::granule_cut);
  return piece;
}

std::string size_text(Bytes size) {
  constexpr std::uint64_t kKib = 1024;
  if (size.value < kKib * kKib) return std::to_string(size.value / kKib) + " KiB";
  return std::to_string(size.value / kKib / kKib) + " MiB";
}

}  // namespace

std::size_t Granule::huge_regions() const {
  return static_cast<std::size_t>(std::ranges::count(pieces, region_size));
}

bool Granule::holds_huge() const { return !pieces.empty() && 10 * huge_regions() >= 9 * pieces.size(); }

Bytes Granule::common_piece() const {
  std::map<Bytes, int> counts;
  for (const auto piece : pieces) ++counts[piece];
  if (counts.empty()) return {};
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

Result<Granule> measure_granule(LatencySource& source, const FirstLevel& level, unsigned regions,
                                const Budget& budget, Rng& rng) {
  const auto facts = source.open(Layout::granule);
  if (!facts) return std::unexpected(facts.error());
  Meter meter(source, Layout::granule, *facts, budget, rng);
  RegionTest test(meter, level);
  Granule granule{.region_size = test.region_size(), .pieces = {}};
  Result<void> went = {};
  for (std::uint32_t i = 0; i < std::min(regions, facts->pages / facts->region) && went; ++i) {
    const auto piece = region_piece(test, i);
    if (piece) granule.pieces.push_back(*piece);
    if (!piece) went = std::unexpected(piece.error());
  }
  if (went) went = check_together(test, granule);
  source.close(Layout::granule);
  if (!went) return std::unexpected(went.error());
  granule.contiguous = contiguous_piece(source, level, budget, rng);
  return granule;
}

std::string granule_finding(const Granule& granule) {
  if (granule.pieces.empty() || granule.holds_huge()) return {};
  const auto whole = size_text(granule.region_size);
  const auto piece = size_text(granule.common_piece());
  return whole + " pages: backed with smaller ones, as by a hypervisor; the TLB holds " + piece +
         " pieces; " + whole + " geometry cannot be measured here";
}

}  // namespace pageloupe
