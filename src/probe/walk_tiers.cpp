// SPDX-License-Identifier: MIT
#include "probe/walk_tiers.h"

#include <array>

#include "probe/confidence.h"

namespace pageloupe {
namespace {

struct Tier {
  std::string_view touches;
  unsigned tables;  // levels of page tables that no two pages share
  std::uint32_t pages;
};

constexpr auto kTiers = std::to_array<Tier>({
    {.touches = "own leaf table each", .tables = 1, .pages = 256},
    {.touches = "own leaf table each", .tables = 1, .pages = 1024},
    {.touches = "own leaf and middle table each", .tables = 2, .pages = 256},
});

Result<double> measure_tier(Meter& meter, std::uint64_t stride, std::uint32_t pages) {
  constexpr unsigned kOrders = 5;
  constexpr Effort kEffort{.warm = 4, .chunks = 4};
  const auto first = (meter.facts().pages + stride) / stride * stride;
  if (first + stride * pages >= meter.facts().span || pages > meter.facts().lines) {
    return not_measurable(Errc::unsupported, "the address space is limited");
  }
  const auto set =
      strided_pages(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(stride), pages);
  const auto pair = meter.both(set, kOrders, kEffort);
  if (!pair) return std::unexpected(pair.error());
  return pair->difference();
}

}  // namespace

std::vector<WalkTier> measure_walk_tiers(Meter& meter, double base) {
  constexpr std::uint64_t kEntry = 8;  // bytes of a page-table entry
  const auto page_size = meter.facts().page_size;
  const auto per_table = page_size.value / kEntry;
  std::vector<WalkTier> tiers;
  for (const auto& tier : kTiers) {
    auto stride = per_table;
    for (unsigned i = 1; i < tier.tables; ++i) stride *= per_table;
    auto cycles = measure_tier(meter, stride, tier.pages);
    if (cycles) *cycles -= base;
    tiers.push_back({.touches = tier.touches,
                     .stride = to_bytes(Pages{stride}, page_size),
                     .pages = tier.pages,
                     .cycles = cycles});
  }
  return tiers;
}

}  // namespace pageloupe
