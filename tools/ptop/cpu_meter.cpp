// SPDX-License-Identifier: MIT
#include "ptop/cpu_meter.h"

#include <algorithm>
#include <array>

#include "sample/cpu_usage.h"

namespace pageloupe::ptop {
namespace {

using Time = std::optional<CpuTimes>;

// Guests' time is part of user time, and is no longer in it here.
struct Kind {
  std::string_view name;
  Ticks (*time)(const CpuTimes&);
  Paint paint;
};

// The order in which figures are given up where there is no room.
constexpr auto kKinds = std::to_array<Kind>({
    {"us", [](const CpuTimes& t) { return t.user - std::min(t.user, t.guest); }, Paint::part1},
    {"sy", [](const CpuTimes& t) { return t.system; }, Paint::part3},
    {"wa", [](const CpuTimes& t) { return t.iowait; }, Paint::part5},
    {"st", [](const CpuTimes& t) { return t.steal; }, Paint::part6},
    {"ni", [](const CpuTimes& t) { return t.nice - std::min(t.nice, t.guest_nice); }, Paint::part2},
    {"hi", [](const CpuTimes& t) { return t.irq; }, Paint::part4},
    {"si", [](const CpuTimes& t) { return t.softirq; }, Paint::part4},
    {"gu", [](const CpuTimes& t) { return t.guest + t.guest_nice; }, Paint::part6},
});

// The order in a bar: what is done first, then waiting, then what others took.
constexpr std::array<std::size_t, kKinds.size()> kBarOrder{0, 4, 1, 5, 6, 2, 3, 7};

double share(const Kind& kind, const CpuTimes& time) { return share_of(kind.time(time), time); }

Time time_of_all(const MeterPen& pen) {
  const auto* before = pen.data().before;
  if (before == nullptr || !before->stat || !pen.now().stat) return std::nullopt;
  return time_between(before->stat->cpu, pen.now().stat->cpu);
}

// Of the CPUs from `first` on; nothing where one of them has no past.
Time time_of_some(const MeterPen& pen, std::size_t first, std::size_t count) {
  const auto* before = pen.data().before;
  if (before == nullptr || !before->stat) return std::nullopt;
  CpuTimes sum;
  for (std::size_t i = first; i < first + count; ++i) {
    const auto time = time_between(*before->stat, *pen.now().stat, i);
    if (!time) return std::nullopt;
    sum += *time;
  }
  return sum;
}

void add_bar(MeterPen& pen, Line& line, const Time& time, std::size_t columns) {
  std::array<BarPart, kKinds.size()> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& kind = kKinds[kBarOrder[i]];
    parts[i] = {.share = time ? share(kind, *time) / 100 : 0, .paint = kind.paint};
  }
  pen.bar(line, columns, parts);
}

// "100%" or " 23.5%".
void add_percent(MeterPen& pen, Line& line, const Time& time, bool with_tenths) {
  if (!time) return pen.format(line, Paint::dim, "{:>{}}", "-", with_tenths ? 6 : 4);
  const auto busy = share_of(time->busy(), *time);
  if (with_tenths) return pen.format(line, Paint::strong, "{:5.1f}%", busy);
  pen.format(line, Paint::strong, "{:3.0f}%", busy);
}

void add_figure(MeterPen& pen, Line& line, const Kind& kind, const CpuTimes& time) {
  const auto value = share(kind, time);
  line.add(kind.paint, kind.name);
  pen.format(line, value == 0 ? Paint::dim : Paint::plain, "{:5.1f}", value);
}

void add_all(MeterPen& pen) {
  const auto time = time_of_all(pen);
  auto& line = pen.frame().next();
  line.add(Paint::label, "CPU ");
  if (pen.layout().cpu == MeterStyle::bars) {
    add_bar(pen, line, time, pen.bar_columns());
  }
  add_percent(pen, line, time, true);
  line.cut(pen.columns());
  if (!time) return;
  Flow figures(pen, 1, Flow::Begin::last_line);
  for (const auto& kind : kKinds) figures.item([&](Line& to) { add_figure(pen, to, kind, *time); });
}

// How the CPUs are laid out, downwards and then to the right.
struct Cells {
  std::size_t across = 1;
  std::size_t down = 1;
  std::size_t group = 1;  // CPUs that share a cell
  std::size_t count = 1;
};

Cells cells_for(std::size_t cpus, std::size_t columns, std::size_t rows) {
  constexpr std::size_t kNarrowest = 20;
  constexpr std::size_t kFewRows = 4;
  Cells cells;
  const auto fits = [&](std::size_t across) { return columns >= across * kNarrowest; };
  const auto wanted = [&] { return (cpus + cells.across - 1) / cells.across; };
  if (cpus > 1 && fits(2)) cells.across = 2;
  while (wanted() > std::min(rows, kFewRows) && fits(cells.across * 2)) cells.across *= 2;
  const auto room = cells.across * std::max<std::size_t>(rows, 1);
  cells.group = (cpus + room - 1) / room;
  cells.count = (cpus + cells.group - 1) / cells.group;
  cells.down = (cells.count + cells.across - 1) / cells.across;
  return cells;
}

// "3", "0-7"; CPUs that are offline have no number here.
std::string label_of(const MeterPen& pen, std::size_t first, std::size_t count) {
  const auto& cpus = pen.now().stat->cpus;
  const auto from = cpus[first].cpu;
  return count == 1 ? format_text("{}", from) : format_text("{}-{}", from, cpus[first + count - 1].cpu);
}

std::size_t longest_label(const MeterPen& pen, const Cells& cells, std::size_t cpus) {
  std::size_t longest = 0;
  for (std::size_t first = 0; first < cpus; first += cells.group) {
    longest = std::max(longest, label_of(pen, first, std::min(cells.group, cpus - first)).size());
  }
  return longest;
}

struct Cell {
  std::size_t first = 0;  // CPU
  std::size_t count = 0;
  std::size_t label = 0;  // columns
  std::size_t end = 0;    // column at which it ends
};

void add_cell(MeterPen& pen, Line& line, const Cell& cell) {
  constexpr std::size_t kBrackets = 2;
  constexpr std::size_t kWide = 30;
  const auto time = time_of_some(pen, cell.first, cell.count);
  const auto width = cell.end - line.columns();
  pen.format(line, Paint::label, "{:>{}}", label_of(pen, cell.first, cell.count), cell.label);
  const bool tenths = width >= kWide;
  if (pen.layout().cpu == MeterStyle::bars) {
    const auto others = cell.label + kBrackets + (tenths ? 6 : 4);
    add_bar(pen, line, time, width > others ? width - others : 1);
    return add_percent(pen, line, time, tenths);
  }
  add_percent(pen, line, time, true);
  for (const auto& kind : kKinds) {
    constexpr std::size_t kFigure = 9;  // "  us 12.0"
    if (!time || line.columns() + kFigure > cell.end) break;
    line.add(Paint::plain, "  ");
    add_figure(pen, line, kind, *time);
  }
}

void add_each(MeterPen& pen, std::size_t rows) {
  constexpr std::size_t kBetween = 2;
  const auto cpus = pen.now().stat->cpus.size();
  const auto cells = cells_for(cpus, pen.columns(), rows);
  const auto label = longest_label(pen, cells, cpus);
  const auto pitch = (pen.columns() + kBetween) / cells.across;
  for (std::size_t row = 0; row < cells.down; ++row) {
    auto& line = pen.frame().next();
    for (std::size_t column = 0; column < cells.across; ++column) {
      const auto index = column * cells.down + row;
      if (index >= cells.count) break;
      line.fill(Paint::plain, column * pitch);
      const auto first = index * cells.group;
      add_cell(pen, line,
               {first, std::min(cells.group, cpus - first), label, (column + 1) * pitch - kBetween});
    }
    line.cut(pen.columns());
  }
}

}  // namespace

void add_cpu_meter(MeterPen& pen, std::size_t rows) {
  if (pen.layout().cpu == MeterStyle::off || rows == 0) return;
  const auto& stat = pen.now().stat;
  if (pen.layout().per_core && stat && !stat->cpus.empty()) return add_each(pen, rows);
  add_all(pen);
}

void add_cpu_item(MeterPen& pen, Line& line) {
  const auto time = time_of_all(pen);
  line.add(Paint::label, "CPU ");
  if (!time) return line.add(Paint::dim, "-");
  pen.format(line, Paint::strong, "{:.0f}%", share_of(time->busy(), *time));
}

}  // namespace pageloupe::ptop
