// SPDX-License-Identifier: MIT
#include "probe/conflicts.h"

#include <algorithm>
#include <cmath>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

constexpr std::uint32_t kMostPages = 400;
constexpr std::uint32_t kFewestPages = 64;  // a stride that leaves room for fewer says nothing
constexpr unsigned kLastExponent = 18;
constexpr unsigned kFewestPlacements = 3;
constexpr double kHurry = 0.4;    // share of the time budget
constexpr unsigned kSetBits = 6;  // no second level has fewer than 64 sets
constexpr std::uint32_t kMostFillers = 1024;
constexpr std::uint32_t kRegion = 1U << 18U;  // 1 GiB of 4 KiB pages: placements start at a multiple

// One place in the address space at which pages 2^exponent apart are tried.
struct Placement {
  unsigned exponent = 0;
  std::uint32_t first = 0;  // page
  std::uint32_t most = 0;   // pages that fit the layout
  bool together = false;    // the tested pages follow one another
  std::vector<Access> fillers{};
};

// Pages that drive the test pages out of the first level and stay out of their set: they differ from one of
// them only in page-number bits so low that, whatever is folded onto these bits, they choose another set.
std::vector<Access> fillers_for(const Placement& placement, std::uint32_t count, Rng& rng) {
  constexpr std::uint32_t kOffsets = (1U << kSetBits) - 1;
  // Few of the offsets lead to the test pages' set of a first level that has sets. There must be more of them
  // than it has ways, or they hit next to pages that are spread, and miss next to pages that collide.
  constexpr std::uint32_t kFirstLevelSets = 16;
  constexpr std::uint32_t kEnough = 9;
  constexpr std::uint32_t kMore = 4;
  const auto usual = (count + kOffsets - 1) / kOffsets;
  const auto special = std::max(usual, std::min(usual + kMore, kEnough));
  std::vector<Access> fillers;
  for (std::uint32_t offset = 1; offset <= kOffsets; ++offset) {
    const auto pages = offset % kFirstLevelSets == 0 ? special : usual;
    for (std::uint32_t i = 0; i < pages; ++i) {
      fillers.push_back({.page = (placement.first ^ offset) + (i << placement.exponent)});
    }
  }
  shuffle(std::span(fillers), rng);
  for (std::uint32_t i = 0; i < fillers.size(); ++i) fillers[i].line = kMostPages + i;
  return fillers;
}

// A random first level of C entries has let go of a page for sure after some 2·C others, of all pages of a
// group after some 3·C. Not more: they must not fill their own sets of the second level.
std::uint32_t fillers_needed(const ConflictOptions& options) {
  return std::min((options.together ? 3 : 2) * options.first_level + 16, kMostFillers);
}

// Where the pages of one stride may start. Nothing if the layout is too small for them.
std::optional<Placement> place(Meter& meter, unsigned exponent, const ConflictOptions& options) {
  const auto region = std::min<std::uint64_t>(kRegion, meter.facts().span / 16);
  const auto start = (meter.facts().pages + region) / region * region;
  if (region == 0 || start + region >= meter.facts().span) return std::nullopt;
  const auto room = meter.facts().span - start - region;
  Placement placement{.exponent = exponent, .together = options.together};
  placement.most = static_cast<std::uint32_t>(std::min<std::uint64_t>(kMostPages, room >> exponent));
  if (placement.most < kFewestPages) return std::nullopt;
  const auto used = static_cast<std::uint64_t>(placement.most) << exponent;
  const auto choices = static_cast<std::uint32_t>((room - used) / region + 1);
  auto& rng = meter.rng();
  const auto base = static_cast<std::uint32_t>(start + rng.below(choices) * region);
  placement.first = base + rng.below(1U << std::min(exponent, 9U));
  placement.fillers = fillers_for(placement, fillers_needed(options), rng);
  return placement;
}

// The same lines in the same order, once through colliding pages and once through neighbouring ones: what the
// first level makes of the order is then the same in both.
struct PairedOrder {
  std::vector<Access> colliding;
  std::vector<Access> spread;
};

PairedOrder paired_order(const Placement& placement, std::uint32_t pages, Rng& rng) {
  PairedOrder order{.colliding = strided_pages(placement.first, 1U << placement.exponent, pages),
                    .spread = strided_pages(0, 1, pages)};
  order.colliding.insert(order.colliding.end(), placement.fillers.begin(), placement.fillers.end());
  order.spread.insert(order.spread.end(), placement.fillers.begin(), placement.fillers.end());
  // Where the tested pages stay together, each part is shuffled by itself.
  const auto shuffle_part = [&](std::size_t first, std::size_t last) {
    for (auto i = last; i > first + 1; --i) {
      const auto j = first + rng.below(static_cast<std::uint32_t>(i - first));
      std::swap(order.colliding[i - 1], order.colliding[j]);
      std::swap(order.spread[i - 1], order.spread[j]);
    }
  };
  const auto first_part = placement.together ? pages : order.spread.size();
  shuffle_part(0, first_part);
  shuffle_part(first_part, order.spread.size());
  return order;
}

// Walks per lap that the colliding pages cost more than spread ones.
class WalkCount {
 public:
  WalkCount(Meter& meter, const Placement& placement, double walk)
      : meter_(meter), placement_(placement), walk_(walk) {}

  // Near the threshold, more orders decide.
  Result<double> per_lap(std::uint32_t pages) {
    constexpr int kOrders = 3;
    constexpr int kMoreOrders = 6;
    constexpr double kSurelyFits = 0.3;
    constexpr double kSurelyNot = 1.6;
    walks_.clear();
    if (const auto went = add(pages, kOrders); !went) return std::unexpected(went.error());
    const auto walks = median(walks_);
    if (walks < kSurelyFits || walks > kSurelyNot) return walks;
    if (const auto went = add(pages, kMoreOrders); !went) return std::unexpected(went.error());
    return median(walks_);
  }

 private:
  Result<void> add(std::uint32_t pages, int orders) {
    constexpr Effort kEffort{.warm = 4, .chunks = 6};
    const auto length = static_cast<double>(pages + placement_.fillers.size());
    for (int i = 0; i < orders; ++i) {
      const auto order = paired_order(placement_, pages, meter_.rng());
      const auto colliding = meter_.once(order.colliding, kEffort);
      if (!colliding) return std::unexpected(colliding.error());
      const auto spread = meter_.once(order.spread, kEffort);
      if (!spread) return std::unexpected(spread.error());
      walks_.push_back((*colliding - *spread) * length / walk_);
    }
    return {};
  }

  Meter& meter_;
  const Placement& placement_;
  double walk_;
  std::vector<double> walks_;
};

// Twice before it is believed: a disturbance adds walks, none takes them away.
Result<bool> overflows(Meter& meter, const Placement& placement, std::uint32_t pages, double walk) {
  constexpr int kTries = 2;
  constexpr double kOverflow = 0.8;
  WalkCount count(meter, placement, walk);
  for (int i = 0; i < kTries; ++i) {
    const auto walks = count.per_lap(pages);
    if (!walks) return std::unexpected(walks.error());
    if (*walks < kOverflow) return false;
  }
  return true;
}

// The most pages that fit at one placement: from a guess in growing steps, then by halves.
class GroupSearch {
 public:
  GroupSearch(Meter& meter, const Placement& placement, double walk)
      : meter_(meter), placement_(placement), walk_(walk), too_many_(placement.most + 1) {}

  Result<std::uint32_t> from(std::uint32_t guess) {
    auto next = std::clamp(guess, 2U, placement_.most);
    std::uint32_t step = 1;
    while (too_many_ - fits_ > 1) {
      const auto full = overflows(meter_, placement_, next, walk_);
      if (!full) return std::unexpected(full.error());
      (*full ? too_many_ : fits_) = next;
      next = next_try(step);
      step *= 2;
    }
    return fits_;
  }

 private:
  [[nodiscard]] std::uint32_t next_try(std::uint32_t step) const {
    const bool above = too_many_ > placement_.most;  // nothing overflowed yet
    if (above) return std::min(fits_ + step, placement_.most);
    const bool below = fits_ == 1;  // nothing was seen to fit yet
    return below && step < too_many_ / 2 ? too_many_ - step : fits_ + (too_many_ - fits_) / 2;
  }

  Meter& meter_;
  const Placement& placement_;
  double walk_;
  std::uint32_t fits_ = 1;
  std::uint32_t too_many_;
};

}  // namespace

std::uint32_t ConflictStride::threshold() const {
  auto sorted = fitting;
  std::ranges::sort(sorted, std::greater{});
  return sorted.empty() ? 0 : sorted[std::min<std::size_t>(1, sorted.size() - 1)];
}

Result<void> measure_conflicts(Meter& meter, const ConflictOptions& options,
                               std::vector<ConflictStride>& strides) {
  if (kMostPages + fillers_needed(options) + kMostPages > meter.facts().lines) {
    return not_measurable(Errc::unsupported, "too few lines for conflict sets");
  }
  std::uint32_t guess = 2;  // the last placement's group: most of them have the same
  for (auto exponent = options.first_exponent; exponent <= kLastExponent; ++exponent) {
    ConflictStride stride{.exponent = exponent, .fitting = {}};
    const bool hurry = meter.budget().used_share() > kHurry;
    const auto placements = hurry ? std::min(options.placements, kFewestPlacements) : options.placements;
    for (unsigned i = 0; i < placements; ++i) {
      const auto placement = place(meter, exponent, options);
      if (!placement) return {};  // longer strides fit still less
      const auto fitting = GroupSearch(meter, *placement, options.walk).from(guess);
      if (!fitting) return std::unexpected(fitting.error());
      stride.fitting.push_back(*fitting);
      guess = *fitting;
    }
    strides.push_back(std::move(stride));
  }
  return {};
}

}  // namespace pageloupe
