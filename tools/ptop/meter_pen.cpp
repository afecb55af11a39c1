// SPDX-License-Identifier: MIT
#include "ptop/meter_pen.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "render/cell.h"

namespace pageloupe::ptop {
namespace {

// A cell that is filled from the left, by eighths.
constexpr auto kEighths = std::to_array<std::string_view>({"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"});

// As htop tells parts apart without colours.
constexpr std::string_view kMarks = "|#*@$%";

std::size_t part_number(Paint paint) {
  const auto first = static_cast<std::size_t>(Paint::part1);
  const auto at = static_cast<std::size_t>(paint);
  return at < first || at >= first + kMarks.size() ? 0 : at - first;
}

}  // namespace

std::size_t MeterPen::bar_columns() const { return std::max<std::size_t>(columns_ * 2 / 5, 1); }

// The last part that is there at all; it may end within a cell.
std::size_t MeterPen::last_of(std::span<const BarPart> parts) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].share > 0) last = i;
  }
  return last;
}

void MeterPen::cells(Line& line, std::size_t count, Paint paint) const {
  const auto block = blocks() ? kEighths.back() : kMarks.substr(layout_.colour ? 0 : part_number(paint), 1);
  for (std::size_t i = 0; i < count; ++i) line.add_printable(paint, block, 1);
}

void MeterPen::bar(Line& line, std::size_t columns, std::span<const BarPart> parts) const {
  line.add(Paint::label, "[");
  const auto begin = line.columns();
  const auto last = last_of(parts);
  double sum = 0;
  for (std::size_t i = 0; i < parts.size() && i <= last; ++i) {
    sum = std::min(1.0, sum + std::max(parts[i].share, 0.0));
    const auto end = sum * static_cast<double>(columns);
    const bool by_eighths = i == last && blocks();
    const auto whole = static_cast<std::size_t>(by_eighths ? std::floor(end) : std::round(end));
    const auto done = line.columns() - begin;
    if (whole > done) cells(line, whole - done, parts[i].paint);
    if (!by_eighths || whole < done) continue;
    const auto eighths = static_cast<std::size_t>((end - static_cast<double>(whole)) * 8);
    if (eighths != 0) line.add_printable(parts[i].paint, kEighths[eighths], 1);
  }
  line.fill(Paint::rest, begin + columns);
  line.add(Paint::label, "]");
}

void MeterPen::size(Line& line, Paint paint, std::optional<Bytes> size) {
  if (!size) return line.add(Paint::dim, "?");
  if (layout_.scale == MemoryScale::human) {
    append_human_size(scratch(), *size);
    return line.add(paint, scratch_.view());
  }
  const auto& unit = info(layout_.scale);
  const auto letter = unit.label.front();
  if (layout_.scale == MemoryScale::kib) return format(line, paint, "{}{}", size->value / unit.bytes, letter);
  format(line, paint, "{:.1f}{}", scaled(*size, layout_.scale), letter);
}

void MeterPen::count(Line& line, Paint paint, double count) {
  constexpr std::string_view kUnits = " kMGTPE";
  std::size_t unit = 0;
  while (count >= 9999.5 && unit + 1 < kUnits.size()) {
    count /= 1000;
    ++unit;
  }
  if (unit == 0) return format(line, paint, "{:.0f}", count);
  if (count < 99.95) return format(line, paint, "{:.1f}{}", count, kUnits[unit]);
  format(line, paint, "{:.0f}{}", count, kUnits[unit]);
}

}  // namespace pageloupe::ptop
