// SPDX-License-Identifier: MIT
// What address translation costs: counters, and what the sizes of pages tell without any.
#include <algorithm>

#include "field/process_getters.h"
#include "sample/tlb_demand.h"

namespace pageloupe::getters {
namespace {

// The groups that depend on a PMU, the costliest to miss first.
constexpr auto kCounterGroups = std::to_array<perf::Group>(
    {perf::Group::loads, perf::Group::stores, perf::Group::cycles, perf::Group::walks, perf::Group::flushes});

// This sample's counters against those of the one before.
Cell<perf::Interval> interval(const ProcessRow& row) {
  const auto& now = row.process.counters;
  if (!now) return std::unexpected(now.error());
  if (row.before == nullptr || !row.before->counters || row.file_seconds <= 0)
    return std::unexpected(Errc::no_previous);
  if (now->attachment != row.before->counters->attachment) return std::unexpected(Errc::no_previous);
  return perf::Interval{*now, *row.before->counters};
}

perf::Group group_of(std::size_t counter) { return static_cast<perf::Group>(counter / kEventsInCounter); }
perf::Event event_of(std::size_t counter) { return static_cast<perf::Event>(counter % kEventsInCounter); }

// Why there is no value at all is said before there is a second sample: it will not be better then.
template <class T>
std::optional<Errc> lasting_reason(const ProcessRow& row, std::size_t counter, const Cell<T>& value) {
  if (value || value.error() != Errc::no_previous || !row.process.counters) return std::nullopt;
  const auto place = perf::place_of(group_of(counter), event_of(counter));
  const auto& cell = (*row.process.counters)[group_of(counter)].values[*place];
  return cell ? std::nullopt : std::optional(cell.error());
}

bool counts_anything(const perf::GroupCounts& group) {
  return std::ranges::any_of(group.values, [](const auto& value) { return value.has_value(); });
}

// Why no group counts; nothing where one does.
std::optional<Errc> counts_nothing(const ProcessRow& row) {
  const auto& counters = row.process.counters;
  if (!counters) return counters.error();
  auto reason = Errc::not_sampled;
  for (const auto group : kCounterGroups) {
    if (counts_anything((*counters)[group])) return std::nullopt;
    for (const auto& value : (*counters)[group].values) {
      if (reason == Errc::not_sampled) reason = value.error();
    }
  }
  return reason;
}

Cell<ResidentPages> pages_of(const ProcessRow& row) {
  const auto& rollup = row.process.rollup;
  if (!rollup) return std::unexpected(rollup.error());
  return resident_pages(*rollup, row.system.page_size);
}

}  // namespace

Cell<Rate> counter_rate(const ProcessRow& row, std::size_t counter) {
  const auto both = interval(row);
  auto rate = both ? Cell<Rate>(Rate{}) : std::unexpected(both.error());
  if (const auto reason = lasting_reason(row, counter, rate)) return std::unexpected(*reason);
  if (!both) return rate;
  const auto number = perf::counted(*both, group_of(counter), event_of(counter));
  if (!number) return std::unexpected(number.error());
  return Rate{static_cast<double>(*number) / row.file_seconds};
}

Cell<Number> counter_per_thousand(const ProcessRow& row, std::size_t counter) {
  const auto both = interval(row);
  auto number = both ? perf::per_thousand_instructions(*both, group_of(counter), event_of(counter))
                     : std::unexpected(both.error());
  if (const auto reason = lasting_reason(row, counter, number)) return std::unexpected(*reason);
  return number;
}

Cell<Number> instructions_per_cycle(const ProcessRow& row) {
  constexpr auto kInstructions = counter(perf::Group::cycles, perf::Event::instructions);
  const auto both = interval(row);
  Cell<Number> number = std::unexpected(Errc::no_previous);
  if (both) {
    const auto each = perf::ratio(*both, perf::Group::cycles, perf::Event::instructions, perf::Event::cycles);
    return each ? Cell<Number>(Number{*each}) : std::unexpected(each.error());
  }
  number = std::unexpected(both.error());
  const auto reason = lasting_reason(row, kInstructions, number);
  return reason ? std::unexpected(*reason) : number;
}

Cell<Percent> walk_cycles(const ProcessRow& row) {
  constexpr auto kWalks = counter(perf::Group::walks, perf::Event::load_walk_cycles);
  const auto both = interval(row);
  auto share = both ? perf::walk_share(*both) : std::unexpected(both.error());
  if (const auto reason = lasting_reason(row, kWalks, share)) return std::unexpected(*reason);
  return share;
}

// Of the groups that count anything the one that saw least.
Cell<Percent> counter_coverage(const ProcessRow& row) {
  if (const auto none = counts_nothing(row)) return std::unexpected(*none);
  const auto both = interval(row);
  if (!both) return std::unexpected(both.error());
  Cell<Percent> least = std::unexpected(Errc::did_not_run);
  for (const auto group : kCounterGroups) {
    if (!counts_anything(both->now[group])) continue;
    const auto share = perf::coverage(*both, group);
    if (!share) return share;
    if (!least || *share < *least) least = share;
  }
  return least;
}

Cell<std::string_view> counter_scope(const ProcessRow& row) {
  if (const auto none = counts_nothing(row)) return std::unexpected(*none);
  return row.process.counters->user_only ? "user" : "all";
}

Cell<std::string_view> dtlb_meaning(const ProcessRow& row) {
  if (!row.system.cpu.data_tlbs) return std::unexpected(row.system.cpu.data_tlbs.error());
  return perf::dtlb_accesses_meaning(row.system.cpu.model.vendor);
}

Cell<std::uint64_t> tlb_entries(const ProcessRow& row) {
  const auto pages = pages_of(row);
  if (!pages) return std::unexpected(pages.error());
  return demand_of(*pages, {.base_page = row.system.page_size}).entries();
}

Cell<Bytes> tlb_reach(const ProcessRow& row, std::size_t level) {
  const auto pages = pages_of(row);
  if (!pages) return std::unexpected(pages.error());
  const auto& tlbs = row.system.cpu.data_tlbs;
  if (!tlbs) return std::unexpected(tlbs.error());
  const auto& tlb = tlbs->levels[level - 1];
  if (!tlb) return std::unexpected(Errc::unsupported);
  return covered(*tlb, *pages, row.system.page_size);
}

Cell<Percent> tlb_covered(const ProcessRow& row, std::size_t level) {
  const auto reach = tlb_reach(row, level);
  if (!reach) return std::unexpected(reach.error());
  const auto share = percent_of(*reach, pages_of(row)->resident);
  return share ? Cell<Percent>(*share) : Cell<Percent>(kNotApplicable);
}

}  // namespace pageloupe::getters
