// SPDX-License-Identifier: MIT
// What can be counted, in the words of perf(1), and which of it is counted together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/perf_event.h>
#include <optional>
#include <string_view>
#include <utility>

namespace pageloupe::perf {

enum class Event : std::uint8_t {
  dtlb_loads,
  dtlb_load_misses,
  dtlb_stores,
  dtlb_store_misses,
  instructions,
  cycles,
  load_walk_cycles,
  store_walk_cycles,
  tlb_flushes,
  task_clock,
  context_switches,
  cpu_migrations,
  faults,
  minor_faults,
  major_faults,
  count_
};
inline constexpr auto kEvents = static_cast<std::size_t>(Event::count_);

enum class Origin : std::uint8_t {
  hardware,    // generic, translated by the kernel for each CPU
  model,       // only where the table of models knows its code
  software,    // counted by the kernel, needs no PMU
  tracepoint,  // its number stands in tracefs
};

struct EventInfo {
  Event event{};
  std::string_view name{};     // perf's
  std::string_view aliases{};  // blanks between
  Origin origin{};
  std::uint32_t type = 0;
  std::uint64_t config = 0;
  bool in_kernel_only = false;  // counted in user space alone it would read 0, which is not the truth
  std::string_view unit{};      // empty for a number of events
};

namespace detail {
constexpr std::uint64_t cache(std::uint64_t operation, std::uint64_t result) {
  return std::uint64_t{PERF_COUNT_HW_CACHE_DTLB} | operation << 8U | result << 16U;
}
constexpr auto kLoads = cache(PERF_COUNT_HW_CACHE_OP_READ, PERF_COUNT_HW_CACHE_RESULT_ACCESS);
constexpr auto kLoadMisses = cache(PERF_COUNT_HW_CACHE_OP_READ, PERF_COUNT_HW_CACHE_RESULT_MISS);
constexpr auto kStores = cache(PERF_COUNT_HW_CACHE_OP_WRITE, PERF_COUNT_HW_CACHE_RESULT_ACCESS);
constexpr auto kStoreMisses = cache(PERF_COUNT_HW_CACHE_OP_WRITE, PERF_COUNT_HW_CACHE_RESULT_MISS);
}  // namespace detail

inline constexpr auto kEventTable = std::to_array<EventInfo>({
    {Event::dtlb_loads, "dTLB-loads", "", Origin::hardware, PERF_TYPE_HW_CACHE, detail::kLoads},
    {Event::dtlb_load_misses, "dTLB-load-misses", "", Origin::hardware, PERF_TYPE_HW_CACHE,
     detail::kLoadMisses},
    {Event::dtlb_stores, "dTLB-stores", "", Origin::hardware, PERF_TYPE_HW_CACHE, detail::kStores},
    {Event::dtlb_store_misses, "dTLB-store-misses", "", Origin::hardware, PERF_TYPE_HW_CACHE,
     detail::kStoreMisses},
    {Event::instructions, "instructions", "", Origin::hardware, PERF_TYPE_HARDWARE,
     PERF_COUNT_HW_INSTRUCTIONS},
    {Event::cycles, "cycles", "cpu-cycles", Origin::hardware, PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {Event::load_walk_cycles, "dTLB-load-walk-cycles", "", Origin::model},
    {Event::store_walk_cycles, "dTLB-store-walk-cycles", "", Origin::model},
    {Event::tlb_flushes, "tlb:tlb_flush", "tlb-flushes", Origin::tracepoint, PERF_TYPE_TRACEPOINT, 0, true},
    {Event::task_clock, "task-clock", "", Origin::software, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK,
     false, "ns"},
    {Event::context_switches, "context-switches", "cs", Origin::software, PERF_TYPE_SOFTWARE,
     PERF_COUNT_SW_CONTEXT_SWITCHES, true},
    {Event::cpu_migrations, "cpu-migrations", "migrations", Origin::software, PERF_TYPE_SOFTWARE,
     PERF_COUNT_SW_CPU_MIGRATIONS, true},
    {Event::faults, "page-faults", "faults", Origin::software, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
    {Event::minor_faults, "minor-faults", "", Origin::software, PERF_TYPE_SOFTWARE,
     PERF_COUNT_SW_PAGE_FAULTS_MIN},
    {Event::major_faults, "major-faults", "", Origin::software, PERF_TYPE_SOFTWARE,
     PERF_COUNT_SW_PAGE_FAULTS_MAJ},
});

consteval bool events_are_in_order() {
  for (std::size_t i = 0; i < kEventTable.size(); ++i) {
    if (static_cast<std::size_t>(kEventTable[i].event) != i) return false;
  }
  return kEventTable.size() == kEvents;
}
static_assert(events_are_in_order());

[[nodiscard]] constexpr const EventInfo& info(Event event) {
  return kEventTable[static_cast<std::size_t>(event)];
}

// By one of its names, capitals or not, with - or _; nothing for any other text.
[[nodiscard]] std::optional<Event> find_event(std::string_view name);

// Events that are scheduled onto the PMU as one, so that their ratios are of the same stretch of time. Two
// counters beside the instructions at most: every PMU can hold that.
enum class Group : std::uint8_t { loads, stores, cycles, walks, flushes, clock, faults, count_ };
inline constexpr auto kGroups = static_cast<std::size_t>(Group::count_);
inline constexpr std::size_t kMostInGroup = 3;

struct GroupInfo {
  Group group{};
  std::uint8_t size = 0;
  std::array<Event, kMostInGroup> events{};  // the first is the leader
};

inline constexpr auto kGroupTable = std::to_array<GroupInfo>({
    {Group::loads, 3, {Event::dtlb_load_misses, Event::dtlb_loads, Event::instructions}},
    {Group::stores, 3, {Event::dtlb_store_misses, Event::dtlb_stores, Event::instructions}},
    {Group::cycles, 2, {Event::cycles, Event::instructions}},
    {Group::walks, 3, {Event::load_walk_cycles, Event::store_walk_cycles, Event::cycles}},
    {Group::flushes, 1, {Event::tlb_flushes}},
    {Group::clock, 3, {Event::task_clock, Event::context_switches, Event::cpu_migrations}},
    {Group::faults, 3, {Event::faults, Event::minor_faults, Event::major_faults}},
});

consteval bool groups_are_in_order() {
  for (std::size_t i = 0; i < kGroupTable.size(); ++i) {
    if (static_cast<std::size_t>(kGroupTable[i].group) != i) return false;
  }
  return kGroupTable.size() == kGroups;
}
static_assert(groups_are_in_order());

[[nodiscard]] constexpr const GroupInfo& info(Group group) {
  return kGroupTable[static_cast<std::size_t>(group)];
}

// Where the event stands in the group; nothing where it is not one of its events.
[[nodiscard]] constexpr std::optional<std::size_t> place_of(Group group, Event event) {
  const auto& known = info(group);
  for (std::size_t i = 0; i < known.size; ++i) {
    if (known.events[i] == event) return i;
  }
  return std::nullopt;
}

// Which events of which groups are wanted.
class Plan {
 public:
  constexpr void add(Group group) {
    masks_[static_cast<std::size_t>(group)] = static_cast<std::uint8_t>((1U << info(group).size) - 1U);
  }
  // The event alone, in the first group that has it.
  constexpr void add(Event event) {
    for (const auto& known : kGroupTable) {
      const auto place = place_of(known.group, event);
      if (!place) continue;
      auto& mask = masks_[static_cast<std::size_t>(known.group)];
      mask = static_cast<std::uint8_t>(mask | 1U << *place);
      return;
    }
  }
  [[nodiscard]] constexpr bool has(Group group) const { return masks_[static_cast<std::size_t>(group)] != 0; }
  [[nodiscard]] constexpr bool has(Group group, std::size_t place) const {
    return (std::uint32_t{masks_[static_cast<std::size_t>(group)]} >> place & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return *this == Plan{}; }
  friend constexpr bool operator==(const Plan&, const Plan&) = default;

 private:
  std::array<std::uint8_t, kGroups> masks_{};
};

}  // namespace pageloupe::perf
