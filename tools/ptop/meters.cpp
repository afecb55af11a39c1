// SPDX-License-Identifier: MIT
#include "ptop/meters.h"

#include <algorithm>
#include <array>

#include "ptop/cpu_meter.h"
#include "ptop/memory_meter.h"
#include "ptop/meter_pen.h"
#include "ptop/state_meters.h"

namespace pageloupe::ptop {
namespace {

enum class Toggle : std::uint8_t { none, cpu, memory };

// Lines that belong together, from the top of the screen downwards.
struct Section {
  void (*add)(MeterPen& pen, std::size_t rows);
  std::size_t rank;  // those of low rank get their rows first
  std::size_t most;  // rows that it may want
  Toggle toggle;
};

constexpr std::size_t kAny = 1000;

constexpr auto kSections = std::to_array<Section>({
    {add_load_and_tasks, 2, 3, Toggle::none},
    {add_cpu_meter, 0, kAny, Toggle::cpu},
    {add_memory_meter, 1, 2, Toggle::memory},
    {add_memory_kinds, 7, 3, Toggle::memory},
    {add_swap_and_commit, 3, 2, Toggle::memory},
    {add_pressure, 6, 3, Toggle::none},
    {add_cgroup, 4, 2, Toggle::none},
    {add_zombies, 5, 2, Toggle::none},
});

using Rows = std::array<std::size_t, kSections.size()>;

consteval Rows by_rank() {
  Rows order{};
  for (std::size_t i = 0; i < kSections.size(); ++i) order[kSections[i].rank] = i;
  return order;
}
constexpr auto kByRank = by_rank();

consteval bool ranks_are_unique() {
  auto order = kByRank;
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != i) return false;
  }
  return true;
}
static_assert(ranks_are_unique());

bool is_off(const Section& section, const MeterLayout& layout) {
  switch (section.toggle) {
    case Toggle::none: return false;
    case Toggle::cpu: return layout.cpu == MeterStyle::off;
    case Toggle::memory: return layout.memory == MeterStyle::off;
  }
  return false;
}

std::size_t draw(MeterPen& pen, const Rows& rows, Rows& taken) {
  const auto begin = pen.frame().rows();
  for (std::size_t i = 0; i < kSections.size(); ++i) {
    const auto before = pen.frame().rows();
    if (rows[i] != 0) kSections[i].add(pen, rows[i]);
    taken[i] = pen.frame().rows() - before;
  }
  return pen.frame().rows() - begin;
}

// Everyone one row, as long as there are some; then CPUs up to half of all, then what the others still want,
// then CPUs the rest.
Rows share_out(const Rows& wanted, std::size_t budget) {
  Rows rows{};
  auto left = budget;
  const auto give = [&](std::size_t section, std::size_t most) {
    const auto upto = std::min(wanted[section], most);
    const auto more = upto > rows[section] ? std::min(left, upto - rows[section]) : 0;
    rows[section] += more;
    left -= more;
  };
  for (const auto section : kByRank) give(section, 1);
  give(kByRank.front(), budget / 2);
  for (const auto section : kByRank) {
    if (section != kByRank.front()) give(section, kAny);
  }
  give(kByRank.front(), kAny);
  return rows;
}

void add_sections(MeterPen& pen, std::size_t budget) {
  Rows most{};
  for (std::size_t i = 0; i < most.size(); ++i) {
    most[i] = is_off(kSections[i], pen.layout()) ? 0 : std::min(kSections[i].most, budget);
  }
  const auto begin = pen.frame().rows();
  Rows wanted{};
  if (draw(pen, most, wanted) <= budget) return;
  pen.frame().shorten(begin);
  Rows taken{};
  draw(pen, share_out(wanted, budget), taken);
}

void add_short(MeterPen& pen) {
  const auto& layout = pen.layout();
  Flow flow(pen, 1);
  if (layout.cpu != MeterStyle::off) flow.item([&](Line& line) { add_cpu_item(pen, line); });
  if (layout.memory != MeterStyle::off) flow.item([&](Line& line) { add_memory_item(pen, line); });
  if (layout.load) flow.item([&](Line& line) { add_load_item(pen, line); });
  if (layout.cpu != MeterStyle::off && pen.data().tasks != nullptr)
    flow.item([&](Line& line) { add_tasks_item(pen, line); });
  if (layout.memory != MeterStyle::off) flow.item([&](Line& line) { add_swap_item(pen, line); });
}

}  // namespace

SourceSet meter_sources(const MeterLayout& layout, Size size) {
  SourceSet sources;
  const auto rows = most_meter_rows(size);
  if (rows == 0) return sources;
  const auto want = [&](bool shown, SourceSet source) {
    if (shown) sources |= source;
  };
  want(layout.cpu != MeterStyle::off, Source::system_stat);
  want(layout.memory != MeterStyle::off, Source::meminfo);
  want(layout.load, Source::loadavg);
  want(layout.load && rows > 1, Source::uptime);
  want(layout.pressure && rows > 1, Source::pressure | Source::vmstat);
  return sources;
}

void add_meters(Frame& frame, const MeterData& data, const MeterLayout& layout, Size size) {
  const auto rows = most_meter_rows(size);
  if (rows == 0 || size.columns == 0) return;
  MeterPen pen(frame, data, layout, size.columns);
  if (rows == 1) return add_short(pen);
  add_sections(pen, rows);
}

}  // namespace pageloupe::ptop
