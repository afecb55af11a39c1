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

SimulatedArray::SimulatedArray(const SimulatedLevel& level)
    : level_(level),
      leaves_(std::bit_ceil(level.ways)),
      slots_(level.entries() + level.sets),
      sets_(level.sets),
      tree_(level.policy == Policy::tree_plru ? static_cast<std::size_t>(level.sets) * leaves_ : 0) {}

void SimulatedArray::start(std::span<const std::uint32_t> set_of_page, std::uint64_t seed) {
  rng_ = Rng(seed);
  set_of_ = set_of_page;
  slot_of_.assign(set_of_.size(), kNobody);
  ++run_;
}

void SimulatedArray::clear(std::uint32_t set) {
  sets_[set] = {.run = run_};
  const auto node = level_.entries() + set;
  slots_[node].older = slots_[node].newer = node;
  for (auto slot = set * level_.ways; slot < (set + 1) * level_.ways; ++slot) {
    slots_[slot] = {.older = slot, .newer = slot};
  }
  if (tree_.empty()) return;
  std::fill_n(tree_.begin() + static_cast<std::ptrdiff_t>(set) * leaves_, leaves_, std::uint8_t{0});
}

void SimulatedArray::move_to_front(std::uint32_t slot, std::uint32_t set) {
  const auto node = level_.entries() + set;
  if (slots_[node].older == slot) return;
  auto& moved = slots_[slot];
  slots_[moved.older].newer = moved.newer;
  slots_[moved.newer].older = moved.older;
  moved.older = slots_[node].older;
  moved.newer = node;
  slots_[moved.older].newer = slot;
  slots_[node].older = slot;
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

void SimulatedArray::use(std::uint32_t slot, std::uint32_t set) {
  switch (level_.policy) {
    case Policy::lru: move_to_front(slot, set); break;
    case Policy::tree_plru: use_tree(set, slot - set * level_.ways); break;
    case Policy::nru: slots_[slot].used = true; break;
    case Policy::random: break;
  }
}

std::uint32_t SimulatedArray::unused_since(std::uint32_t set) {
  const auto first = set * level_.ways;
  auto& way = sets_[set].scanned;
  while (way < level_.ways && slots_[first + way].used) ++way;
  if (way == level_.ways) {
    for (auto slot = first; slot < first + level_.ways; ++slot) slots_[slot].used = false;
    way = 0;
  }
  return first + way;
}

std::uint32_t SimulatedArray::victim(std::uint32_t set) {
  if (sets_[set].run != run_) clear(set);
  auto& state = sets_[set];
  const auto first = set * level_.ways;
  if (state.filled < level_.ways) return first + state.filled++;
  if (state.free > 0) {
    --state.free;
    auto slot = first;
    while (slots_[slot].page != kNobody) ++slot;
    return slot;
  }
  switch (level_.policy) {
    case Policy::lru: return slots_[level_.entries() + set].newer;
    case Policy::random: return first + rng_.below(level_.ways);
    case Policy::tree_plru: return first + tree_victim(set);
    case Policy::nru: return unused_since(set);
  }
  std::unreachable();
}

bool SimulatedArray::touch(std::uint32_t page) {
  const auto slot = slot_of_[page];
  if (slot == kNobody) return false;
  if (level_.policy != Policy::random) use(slot, set_of_[page]);
  return true;
}

std::uint32_t SimulatedArray::put(std::uint32_t page, std::uint32_t set) {
  const auto slot = victim(set);
  const auto out = std::exchange(slots_[slot].page, page);
  if (out < kStranger) slot_of_[out] = kNobody;
  if (page < kStranger) slot_of_[page] = slot;
  use(slot, set);
  return out < kStranger ? out : kNobody;
}

void SimulatedArray::remove(std::uint32_t page) {
  const auto slot = slot_of_[page];
  if (slot == kNobody) return;
  slots_[slot].page = kNobody;
  slots_[slot].used = false;
  slot_of_[page] = kNobody;
  const auto set = set_of_[page];
  sets_[set].scanned = std::min(sets_[set].scanned, slot - set * level_.ways);
  ++sets_[set].free;
}

std::uint32_t SimulatedArray::insert(std::uint32_t page) { return put(page, set_of_[page]); }

void SimulatedArray::pollute() { put(kStranger, rng_.below(level_.sets)); }

SimulatedTlb::SimulatedTlb(const SimulatedMachine& machine, std::uint64_t seed)
    : machine_(machine),
      rng_(seed),
      first_(machine.first),
      second_(machine.second.value_or(SimulatedLevel{.ways = 1})) {}

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

void SimulatedTlb::number_pages(Layout layout, std::span<const Access> cycle) {
  cycle_.clear();
  first_sets_.clear();
  second_sets_.clear();
  // In the base layouts every page stands in a cycle once.
  const bool distinct = layout == Layout::base || layout == Layout::huge_2m;
  std::unordered_map<std::uint32_t, std::uint32_t> number;
  for (const auto& access : cycle) {
    const auto page = translated(layout, access);
    const auto next = static_cast<std::uint32_t>(first_sets_.size());
    const auto [at, is_new] = distinct ? std::pair(number.end(), true) : number.try_emplace(page, next);
    cycle_.push_back(is_new ? next : at->second);
    if (!is_new) continue;
    first_sets_.push_back(set_of(machine_.first, page));
    if (machine_.second) second_sets_.push_back(set_of(*machine_.second, page));
  }
}

// What a page that the first level does not have costs; it has it afterwards.
void SimulatedTlb::miss(std::uint32_t page, double& cost) {
  cost += machine_.penalty;
  const bool known = machine_.second && second_.touch(page);
  if (!known && machine_.second) cost += machine_.walk;
  const auto out = first_.insert(page);
  if (!machine_.second) return;
  if (!machine_.exclusive) {
    if (!known) second_.insert(page);
    return;
  }
  second_.remove(page);
  if (out != SimulatedArray::kNobody && !second_.touch(out)) second_.insert(out);
}

double SimulatedTlb::cycles_per_access() {
  constexpr std::size_t kTimedAccesses = 450;
  constexpr std::size_t kWarmLaps = 2;
  first_.start(first_sets_, rng_.next());
  second_.start(second_sets_, rng_.next());
  const auto timed_laps = std::max<std::size_t>(1, kTimedAccesses / cycle_.size());
  double cost = 0;
  const auto pause = [&] {
    return machine_.noise.pollution > 0 ? -std::log(1 - rng_.unit()) / machine_.noise.pollution : 1e18;
  };
  auto until_pollution = pause();
  for (std::size_t lap = 0; lap < kWarmLaps + timed_laps; ++lap) {
    if (lap == kWarmLaps) cost = 0;
    for (const auto page : cycle_) {
      if (--until_pollution < 0) {
        first_.pollute();
        if (machine_.second) second_.pollute();
        until_pollution = pause();
      }
      if (!first_.touch(page)) miss(page, cost);
    }
  }
  return cost / static_cast<double>(timed_laps * cycle_.size());
}

Result<double> SimulatedTlb::chase(Layout layout, std::span<const Access> cycle, Effort effort) {
  ++calls_;
  number_pages(layout, cycle);
  const auto translation = machine_.flat ? 0.0 : cycles_per_access();
  return observed(data(layout == Layout::code ? 1 : cycle.size()) + translation, effort);
}

Result<double> SimulatedTlb::dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) {
  ++calls_;
  return observed(data(layout == Layout::code ? 1 : lines.size()), effort);
}

}  // namespace pageloupe::test
