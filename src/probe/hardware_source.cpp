// SPDX-License-Identifier: MIT
#include "probe/hardware_source.h"

#include <ctime>
#include <utility>

#include "probe/chase.h"
#include "probe/core_clock.h"

namespace pageloupe {
namespace {

Result<std::unique_ptr<PageSpace>> make_space(Layout layout) {
  switch (layout) {
    case Layout::base: return make_base_space();
    case Layout::huge_2m:
    case Layout::huge_1g: return make_huge_space(layout);
    case Layout::granule:
    case Layout::granule_cut: return make_granule_space(layout);
    case Layout::code: return make_code_space();
  }
  std::unreachable();
}

}  // namespace

Result<std::unique_ptr<HardwareSource>> HardwareSource::make(const HardwareOptions& options) {
  auto pin = CpuPin::take(options.cpu);
  if (!pin && options.cpu) return std::unexpected(pin.error());
  std::optional<CpuPin> pinned;
  if (pin) pinned.emplace(std::move(*pin));
  return std::unique_ptr<HardwareSource>(new HardwareSource(std::move(pinned)));
}

HardwareSource::HardwareSource(std::optional<CpuPin> pin)
    : pin_(std::move(pin)), times_at_start_(read_cpu_times()), start_(moment()) {}

HardwareSource::Moment HardwareSource::moment() {
  timespec now{};
  if (::clock_gettime(CLOCK_MONOTONIC_RAW, &now) != 0) return {.ticks = ticks_now(), .clock = std::nullopt};
  return {.ticks = ticks_now(),
          .clock = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)};
}

Result<LayoutFacts> HardwareSource::open(Layout layout) {
  auto& slot = space(layout);
  if (!slot) {
    auto made = make_space(layout);
    if (!made) return std::unexpected(made.error());
    slot = std::move(*made);
  }
  return slot->facts();
}

void HardwareSource::close(Layout layout) { space(layout).reset(); }

// `addresses_` is the cycle.
double HardwareSource::measure(const PageSpace& space, Effort effort) {
  const auto length = addresses_.size();
  const auto finish = [&](double cycles) {
    if (pin_ && pin_->moved()) cpu_changed_ = true;
    return cycles;
  };
  switch (space.kind()) {
    case ChaseKind::links:
      link_cycle(addresses_);
      return finish(timer_.measure(length, effort,
                                   [&](PieceLaps laps) { return time_links(addresses_[0], length, laps); }));
    case ChaseKind::table:
      return finish(
          timer_.measure(length, effort, [&](PieceLaps laps) { return time_table(addresses_, laps); }));
    case ChaseKind::jumps:
      addresses_.push_back(space.exit());
      return finish(
          timer_.measure(length, effort, [&](PieceLaps laps) { return time_jumps(addresses_, laps); }));
  }
  std::unreachable();
}

Result<double> HardwareSource::chase(Layout layout, std::span<const Access> cycle, Effort effort) {
  const auto& pages = space(layout);
  if (!pages || cycle.empty()) return not_measurable(Errc::not_applicable, "the layout is not open");
  if (const auto placed = pages->place(cycle, addresses_); !placed) return std::unexpected(placed.error());
  return measure(*pages, effort);
}

Result<double> HardwareSource::dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) {
  const auto& pages = space(layout);
  if (!pages || lines.empty()) return not_measurable(Errc::not_applicable, "the layout is not open");
  pages->place_dense(lines, addresses_);
  return measure(*pages, effort);
}

SourceStatistics HardwareSource::statistics() const {
  SourceStatistics statistics{.chunks = timer_.chunks(),
                              .rejected = timer_.rejected(),
                              .calibrations = timer_.calibrations().count(),
                              .ticks_per_cycle = timer_.calibrations().reference()};
  if (pin_) {
    statistics.cpu = pin_->cpu();
    statistics.cpu_changed = cpu_changed_;
    statistics.steal = steal_share(times_at_start_, read_cpu_times(), pin_->cpu());
  }
  // Ticks are compared over the whole run, and over 20 ms at least: the longer, the more exact.
  constexpr auto kLeast = std::chrono::milliseconds(20);
  auto now = moment();
  while (start_.clock && now.clock && *now.clock - *start_.clock < kLeast) now = moment();
  if (start_.clock && now.clock) {
    const auto passed = *now.clock - *start_.clock;
    statistics.ticks_per_ns =
        static_cast<double>(now.ticks - start_.ticks) / static_cast<double>(passed.count());
  }
  return statistics;
}

}  // namespace pageloupe
