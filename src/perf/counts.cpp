// SPDX-License-Identifier: MIT
#include "perf/counts.h"

#include <algorithm>

namespace pageloupe::perf {
namespace {

constexpr std::uint64_t kStuckAfterNs = 100'000'000;

std::uint64_t since(Nanoseconds now, Nanoseconds before) {
  return now.value > before.value ? now.value - before.value : 0;
}

// The plain difference; a reason where there was no value to begin with.
Cell<std::uint64_t> difference(const Interval& interval, Group group, std::size_t place) {
  const auto& now = interval.now[group].values[place];
  if (!now) return now;
  const auto before = interval.before[group].values[place].value_or(0);
  return *now > before ? *now - before : 0;
}

std::uint64_t number_of(const Interval& interval, Group group, Event event) {
  const auto place = place_of(group, event);
  return place ? difference(interval, group, *place).value_or(0) : 0;
}

// A PMU that accepts an event and never counts it: some emulated ones do.
bool is_stuck(const Interval& interval, Group group) {
  if (group != Group::loads && group != Group::stores && group != Group::cycles) return false;
  const auto& now = interval.now[group];
  if (since(now.running, interval.before[group].running) < kStuckAfterNs) return false;
  for (const auto event : info(group).events) {
    if (event != Event::instructions && number_of(interval, group, event) != 0) return false;
  }
  return number_of(interval, group, Event::instructions) > 0;
}

}  // namespace

Cell<std::uint64_t> counted(const Interval& interval, Group group, Event event) {
  const auto place = place_of(group, event);
  if (!place) return std::unexpected(Errc::not_sampled);
  const auto number = difference(interval, group, *place);
  if (!number) return number;
  const auto& now = interval.now[group];
  const auto& before = interval.before[group];
  if (since(now.enabled, before.enabled) == 0) return std::unexpected(Errc::did_not_run);
  if (since(now.running, before.running) == 0) return std::unexpected(Errc::not_scheduled);
  if (event != Event::instructions && is_stuck(interval, group)) return std::unexpected(Errc::counter_stuck);
  return number;
}

Cell<double> ratio(const Interval& interval, Group group, Event part, Event whole) {
  const auto above = counted(interval, group, part);
  if (!above) return std::unexpected(above.error());
  const auto below = counted(interval, group, whole);
  if (!below) return std::unexpected(below.error());
  if (*below == 0) return std::unexpected(Errc::did_not_run);
  return static_cast<double>(*above) / static_cast<double>(*below);
}

Cell<Number> per_thousand_instructions(const Interval& interval, Group group, Event event) {
  const auto each = ratio(interval, group, event, Event::instructions);
  return each ? Cell<Number>(Number{1000 * *each}) : std::unexpected(each.error());
}

Cell<Percent> walk_share(const Interval& interval) {
  double share = 0;
  for (const auto event : {Event::load_walk_cycles, Event::store_walk_cycles}) {
    const auto part = ratio(interval, Group::walks, event, Event::cycles);
    if (!part) return std::unexpected(part.error());
    share += 100 * *part;
  }
  return Percent{share};
}

Cell<Percent> running_share(const Interval& interval, Group group) {
  const auto enabled = since(interval.now[group].enabled, interval.before[group].enabled);
  if (enabled == 0) return std::unexpected(Errc::did_not_run);
  const auto running = since(interval.now[group].running, interval.before[group].running);
  return Percent{100 * std::min(1.0, static_cast<double>(running) / static_cast<double>(enabled))};
}

Cell<Percent> coverage(const Interval& interval, Group group) {
  if (!interval.now.cpu || !interval.before.cpu) return std::unexpected(Errc::unsupported);
  const auto cpu = since(*interval.now.cpu, *interval.before.cpu);
  if (cpu == 0) return std::unexpected(Errc::did_not_run);
  const auto enabled = since(interval.now[group].enabled, interval.before[group].enabled);
  // The clock and the counters are read one after the other.
  return Percent{100 * std::min(1.0, static_cast<double>(enabled) / static_cast<double>(cpu))};
}

}  // namespace pageloupe::perf
