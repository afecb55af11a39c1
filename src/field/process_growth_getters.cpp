// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "field/process_getters.h"

namespace pageloupe::getters {
namespace {

const GrowthTrack* track_of(const ProcessRow& row, std::size_t size) {
  switch (static_cast<Size>(size)) {
    case Size::vsz: return row.growth.vsz;
    case Size::rss: return row.growth.rss;
    case Size::pss: return row.growth.pss;
  }
  std::unreachable();
}

// The size that a sample tells, for growth between two of them.
Cell<Bytes> size_in(const Process& process, const SystemFacts& system, std::size_t size) {
  switch (static_cast<Size>(size)) {
    case Size::vsz:
      if (!process.stat) return std::unexpected(process.stat.error());
      return process.stat->vsize;
    case Size::rss:
      if (!process.statm) return std::unexpected(process.statm.error());
      return to_bytes(process.statm->resident, system.page_size);
    case Size::pss: {
      if (!process.rollup) return std::unexpected(process.rollup.error());
      const auto pss = process.rollup->bytes(SmapsKey::pss);
      return pss ? Cell<Bytes>(*pss) : std::unexpected(Errc::unsupported);
    }
  }
  std::unreachable();
}

// Why there is no growth: because there is no size, or because it was not watched.
template <class T>
Cell<T> or_reason(const ProcessRow& row, std::size_t size, const std::optional<T>& value) {
  if (row.process.memory_elsewhere) return kNotApplicable;
  const auto now = size_in(row.process, row.system, size);
  if (!now) return std::unexpected(now.error());
  return value ? Cell<T>(*value) : std::unexpected(Errc::no_previous);
}

}  // namespace

Cell<ByteChange> growth_of_interval(const ProcessRow& row, std::size_t size) {
  if (const auto* track = track_of(row, size)) return or_reason(row, size, track->since_before());
  std::optional<ByteChange> change;
  const auto now = size_in(row.process, row.system, size);
  if (row.before != nullptr && now) {
    if (const auto before = size_in(*row.before, row.system, size))
      change = ByteChange{static_cast<std::int64_t>(now->value - before->value)};
  }
  return or_reason(row, size, change);
}

Cell<ByteChange> growth_since_mark(const ProcessRow& row, std::size_t size) {
  const auto* track = track_of(row, size);
  return or_reason(row, size, track != nullptr ? track->since_mark() : std::nullopt);
}

Cell<ByteChange> growth_slope(const ProcessRow& row, std::size_t size) {
  const auto* track = track_of(row, size);
  return or_reason(row, size, track != nullptr ? track->slope_per_second(row.growth.window) : std::nullopt);
}

Cell<Bytes> peak_seen(const ProcessRow& row, std::size_t size) {
  const auto* track = track_of(row, size);
  return or_reason(row, size, track != nullptr ? std::optional(track->peak()) : std::nullopt);
}

// The window in equal steps, each as a digit: 0 the least size in it, 8 the largest. One that never changed
// is a line in the middle; what was before the process was seen is blank.
Cell<std::string_view> growth_trend(const ProcessRow& row, std::size_t size) {
  constexpr std::size_t kSteps = 12;
  const auto* track = track_of(row, size);
  if (track == nullptr || row.growth.window.value == 0)
    return or_reason<std::string_view>(row, size, std::nullopt);
  if (const auto now = size_in(row.process, row.system, size); !now) return std::unexpected(now.error());
  std::array<std::optional<Bytes>, kSteps> sizes;
  const auto end = track->last_seen();
  for (std::size_t i = 0; i < kSteps; ++i) {
    const auto back = row.growth.window.value / (kSteps - 1) * (kSteps - 1 - i);
    if (back <= end.value) sizes[i] = track->at({end.value - back});
  }
  Bytes least = track->now();
  Bytes most = least;
  for (const auto& each : sizes) {
    least = std::min(least, each.value_or(least));
    most = std::max(most, each.value_or(most));
  }
  std::array<char, kSteps> levels{};
  std::ranges::transform(sizes, levels.begin(), [&](const std::optional<Bytes>& each) {
    if (!each) return ' ';
    if (least == most) return '4';
    const auto share = static_cast<double>((*each - least).value) / static_cast<double>((most - least).value);
    return static_cast<char>('1' + static_cast<int>(share * 7.0));
  });
  return row.pool.keep({levels.data(), levels.size()});
}

}  // namespace pageloupe::getters
