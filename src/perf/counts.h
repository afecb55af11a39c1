// SPDX-License-Identifier: MIT
// What counters said, and what may be concluded from it.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>

#include "base/error.h"
#include "base/units.h"
#include "perf/event.h"

namespace pageloupe::perf {

template <class T>
using Cell = std::expected<T, Errc>;

// One group since it was attached, over all its threads. Numbers are scaled: counted × enabled ÷ running,
// thread by thread and reading by reading.
struct GroupCounts {
  std::array<Cell<std::uint64_t>, kMostInGroup> values{std::unexpected(Errc::not_sampled),
                                                       std::unexpected(Errc::not_sampled),
                                                       std::unexpected(Errc::not_sampled)};
  Nanoseconds enabled{};  // CPU time of the threads, as far as the group was attached to them
  Nanoseconds running{};  // of that, with the group on the PMU
};

struct Counts {
  std::array<GroupCounts, kGroups> groups{};
  std::optional<Nanoseconds> cpu{};  // CPU clock of the process when these were read
  bool user_only = false;            // some of it in user space alone: the kernel part may not be seen
  std::uint64_t attachment = 0;      // which one: counts of two of them cannot be compared

  [[nodiscard]] const GroupCounts& operator[](Group group) const {
    return groups[static_cast<std::size_t>(group)];
  }
  [[nodiscard]] GroupCounts& operator[](Group group) { return groups[static_cast<std::size_t>(group)]; }
};

// Two readings of the same counters; `before` may be all zero, for since they were attached.
struct Interval {
  const Counts& now;
  const Counts& before;
};

// How often the event happened. Errors: those of opening; did_not_run, not_scheduled; counter_stuck where a
// dTLB counter stayed at 0 through 0.1 s of CPU time in which instructions were counted.
[[nodiscard]] Cell<std::uint64_t> counted(const Interval& interval, Group group, Event event);

// The event per 1,000 instructions of its group. Errors: the same.
[[nodiscard]] Cell<Number> per_thousand_instructions(const Interval& interval, Group group, Event event);

// `part` per `whole`, of one group. did_not_run where the whole is 0.
[[nodiscard]] Cell<double> ratio(const Interval& interval, Group group, Event part, Event whole);

// Cycles in page walks for loads and stores against all cycles.
[[nodiscard]] Cell<Percent> walk_share(const Interval& interval);

// What part of the time that it was enabled the group was on the PMU; did_not_run where it never was enabled.
[[nodiscard]] Cell<Percent> running_share(const Interval& interval, Group group);

// What part of the process's CPU time the group saw: below kPartial the counts are not of all of it.
// did_not_run without CPU time; unsupported where the CPU clock could not be read.
[[nodiscard]] Cell<Percent> coverage(const Interval& interval, Group group);
inline constexpr double kPartial = 95;

}  // namespace pageloupe::perf
