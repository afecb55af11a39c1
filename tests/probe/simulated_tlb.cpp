// SPDX-License-Identifier: MIT
#include "probe/simulated_tlb.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

#include "probe/confidence.h"

namespace pageloupe::test {
namespace {

constexpr std::uint32_t kStranger = SimulatedArray::kNobody - 1;

}  // namespace

std::uint32_t set_of(const SimulatedLevel& level, std::uint32_t page) {
  const auto mask = level.sets - 1;
  const auto bits = static_cast<unsigned>(std::countr_zero(level.sets));
  switch (level.index) {
    case Index::linear: return page & mask;
    case Index::folded: return (page ^ (page >> bits)) & mask;
    case Index::bit_nine: {
      const auto low = page & (mask >> 1U);
      return low | (((page >> 9U) & 1U) << (bits - 1));
    }
  }
  std::unreachable();
}

SimulatedArray::SimulatedArray(const SimulatedLevel& level, std::uint64_t seed)
    : level_(level),
      rng_(seed),
      leaves_(std::bit_ceil(level.ways)),
      page_in_(level.entries(), kNobody),
      used_(level.entries()),
      filled_(level.sets),
      free_(level.sets),
      older_(level.entries() + level.sets),
      newer_(level.entries() + level.sets),
      tree_(static_cast<std::size_t>(level.sets) * leaves_) {}

void SimulatedArray::start(std::vector<std::uint32_t> set_of_page) {
  set_of_ = std::move(set_of_page);
  slot_of_.assign(set_of_.size(), kNobody);
  for (std::uint32_t i = 0; i < older_.size(); ++i) older_[i] = newer_[i] = i;
}

// Each set's ring starts and ends at a node of its own: newer of it is the oldest slot, older of it the
// newest.
void SimulatedArray::move_to_front(std::uint32_t slot) {
  const auto ring = level_.entries() + slot / level_.ways;
  newer_[older_[slot]] = newer_[slot];
  older_[newer_[slot]] = older_[slot];
  older_[slot] = older_[ring];
  newer_[slot] = ring;
  newer_[older_[ring]] = slot;
  older_[ring] = slot;
}

void SimulatedArray::use_tree(std::uint32_t set, std::uint32_t way) {
  auto* tree = &tree_[static_cast<std::size_t>(set) * leaves_];
  for (std::uint32_t node = leaves_ + way; node > 1; node /= 2) tree[node / 2] = node % 2 == 0 ? 1 : 0;
}

// Ways that are no power of two: the missing leaves are skipped.
std::uint32_t SimulatedArray::tree_victim(std::uint32_t set) {
  const auto* tree = &tree_[static_cast<std::size_t>(set) * leaves_];
  std::uint32_t node = 1;
  std::uint32_t low = 0;
  for (auto width = leaves_; width > 1; width /= 2) {
    const bool right = tree[node] != 0 && low + width / 2 < level_.ways;
    node = 2 * node + (right ? 1 : 0);
    if (right) low += width / 2;
  }
  return low;
}

void SimulatedArray::use(std::uint32_t slot) {
  switch (level_.policy) {
    case Policy::lru: move_to_front(slot); break;
    case Policy::tree_plru: use_tree(slot / level_.ways, slot % level_.ways); break;
    case Policy::nru: used_[slot] = 1; break;
    case Policy::random: break;
  }
}

std::uint32_t SimulatedArray::victim(std::uint32_t set) {
  const auto first = set * level_.ways;
  const auto last = first + level_.ways;
  if (filled_[set] < level_.ways) return first + filled_[set]++;
  if (free_[set] > 0) {
    --free_[set];
    return static_cast<std::uint32_t>(std::find(page_in_.begin() + first, page_in_.begin() + last, kNobody) -
                                      page_in_.begin());
  }
  switch (level_.policy) {
    case Policy::lru: return newer_[level_.entries() + set];
    case Policy::random: return first + rng_.below(level_.ways);
    case Policy::tree_plru: return first + tree_victim(set);
    case Policy::nru: break;
  }
  auto unused = std::find(used_.begin() + first, used_.begin() + last, 0);
  if (unused == used_.begin() + last) {
    std::fill(used_.begin() + first, used_.begin() + last, std::uint8_t{0});
    unused = used_.begin() + first;
  }
  return static_cast<std::uint32_t>(unused - used_.begin());
}

bool SimulatedArray::touch(std::uint32_t page) {
  const auto slot = slot_of_[page];
  if (slot == kNobody) return false;
  use(slot);
  return true;
}

std::uint32_t SimulatedArray::insert(std::uint32_t page) {
  const auto slot = victim(set_of_[page]);
  const auto out = page_in_[slot];
  if (out < kStranger) slot_of_[out] = kNobody;
  page_in_[slot] = page;
  slot_of_[page] = slot;
  use(slot);
  return out < kStranger ? out : kNobody;
}

void SimulatedArray::remove(std::uint32_t page) {
  const auto slot = slot_of_[page];
  if (slot == kNobody) return;
  page_in_[slot] = kNobody;
  used_[slot] = 0;
  slot_of_[page] = kNobody;
  ++free_[set_of_[page]];
}

void SimulatedArray::pollute() {
  const auto slot = victim(rng_.below(level_.sets));
  if (page_in_[slot] < kStranger) slot_of_[page_in_[slot]] = kNobody;
  page_in_[slot] = kStranger;
  use(slot);
}

SimulatedTlb::SimulatedTlb(const SimulatedMachine& machine, std::uint64_t seed)
    : machine_(machine), rng_(seed) {}

Result<LayoutFacts> SimulatedTlb::open(Layout layout) {
  LayoutFacts facts{
      .page_size = {4096}, .pages = machine_.pages, .span = machine_.span, .lines = machine_.pages};
  switch (layout) {
    case Layout::base: return facts;
    case Layout::code: facts.pages = std::min(machine_.pages, 4096U); return facts;
    case Layout::huge_2m:
      facts.page_size = {2U << 20U};
      facts.pages = 4096;
      facts.span = 1U << 20U;
      return facts;
    case Layout::huge_1g: return not_measurable(Errc::unsupported, "the hugetlb pool has no free page");
    case Layout::granule:
    case Layout::granule_cut: break;
  }
  if (!machine_.has_huge) return not_measurable(Errc::unsupported, "the kernel gave no huge page");
  const std::uint32_t regions = layout == Layout::granule ? 8 : 1;
  facts.region = 512;
  facts.pages = regions * facts.region;
  facts.span = facts.pages;
  return facts;
}

void SimulatedTlb::close(Layout /*layout*/) {}

std::uint32_t SimulatedTlb::translated(Layout layout, const Access& access) const {
  if (layout == Layout::granule) return access.page / machine_.piece;
  if (layout == Layout::granule_cut) return access.page / machine_.joined;
  if (layout == Layout::code && !machine_.jumps_follow_pages) return access.line;
  return access.page;
}

// 32 KiB of data near, more of it farther: a step at 512 lines that is none of the TLB's.
double SimulatedTlb::data(std::size_t lines) const {
  constexpr std::size_t kNearLines = 512;
  constexpr double kFarther = 10;
  return machine_.hit + (lines > kNearLines ? kFarther : 0);
}

double SimulatedTlb::observed(double cycles, Effort effort) {
  const auto& noise = machine_.noise;
  const bool stolen = rng_.unit() < noise.steal;
  const double calibration = rng_.unit() < noise.frequency_step ? (rng_.unit() < 0.5 ? 0.97 : 1.03) : 1;
  double least = 1e9;
  for (unsigned i = 0; i < effort.chunks; ++i) {
    ++chunks_;
    auto seen = cycles * calibration * (1 + noise.jitter * (rng_.unit() + rng_.unit() - 1));
    if (rng_.unit() < noise.spikes || stolen) seen *= 1 + 2 * rng_.unit();
    if (rng_.unit() < noise.outliers) seen *= 0.5 + rng_.unit();
    if (noise.low_from != 0 && chunks_ >= noise.low_from && chunks_ < noise.low_from + 40) seen /= 3;
    least = std::min(least, seen);
  }
  return least;
}

double SimulatedTlb::cycles_per_access(const std::vector<std::uint32_t>& pages) {
  // Pages by the order of their first visit, so that the arrays may index by them.
  std::unordered_map<std::uint32_t, std::uint32_t> number;
  std::vector<std::uint32_t> cycle;
  std::vector<std::uint32_t> first_sets;
  std::vector<std::uint32_t> second_sets;
  for (const auto page : pages) {
    const auto [at, is_new] = number.try_emplace(page, static_cast<std::uint32_t>(number.size()));
    cycle.push_back(at->second);
    if (!is_new) continue;
    first_sets.push_back(set_of(machine_.first, page));
    if (machine_.second) second_sets.push_back(set_of(*machine_.second, page));
  }
  SimulatedArray first(machine_.first, rng_.next());
  SimulatedArray second(machine_.second.value_or(SimulatedLevel{.ways = 1}), rng_.next());
  first.start(std::move(first_sets));
  if (machine_.second) second.start(std::move(second_sets));
  const auto timed_laps = std::max<std::size_t>(1, 700 / cycle.size());
  const std::size_t warm_laps = 2;
  double cost = 0;
  auto until_pollution =
      machine_.noise.pollution > 0 ? -std::log(1 - rng_.unit()) / machine_.noise.pollution : 1e18;
  for (std::size_t lap = 0; lap < warm_laps + timed_laps; ++lap) {
    if (lap == warm_laps) cost = 0;
    for (const auto page : cycle) {
      if (--until_pollution < 0) {
        first.pollute();
        if (machine_.second) second.pollute();
        until_pollution = -std::log(1 - rng_.unit()) / machine_.noise.pollution;
      }
      if (first.touch(page)) continue;
      cost += machine_.penalty;
      const bool known = machine_.second && second.touch(page);
      if (!known && machine_.second) cost += machine_.walk;
      const auto out = first.insert(page);
      if (!machine_.second) continue;
      if (!machine_.exclusive) {
        if (!known) second.insert(page);
        continue;
      }
      second.remove(page);
      if (out != SimulatedArray::kNobody && !second.touch(out)) second.insert(out);
    }
  }
  return cost / static_cast<double>(timed_laps * cycle.size());
}

Result<double> SimulatedTlb::chase(Layout layout, std::span<const Access> cycle, Effort effort) {
  ++calls_;
  std::vector<std::uint32_t> pages;
  for (const auto& access : cycle) pages.push_back(translated(layout, access));
  const auto translation = machine_.flat ? 0.0 : cycles_per_access(pages);
  return observed(data(layout == Layout::code ? 1 : cycle.size()) + translation, effort);
}

Result<double> SimulatedTlb::dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) {
  ++calls_;
  return observed(data(layout == Layout::code ? 1 : lines.size()), effort);
}

}  // namespace pageloupe::test
