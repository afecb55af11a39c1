// SPDX-License-Identifier: MIT
// The machine itself as a source of latencies.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "probe/chunk_timer.h"
#include "probe/cpu_choice.h"
#include "probe/latency_source.h"
#include "probe/page_space.h"

namespace pageloupe {

struct HardwareOptions {
  std::optional<int> cpu;  // nothing: the quietest of the allowed ones
};

// Keeps its thread on one CPU as long as it lives.
class HardwareSource final : public LatencySource {
 public:
  // denied if a CPU was asked for and cannot be had. Without a wish it runs unpinned where pinning is
  // refused; statistics().cpu is then -1.
  static Result<std::unique_ptr<HardwareSource>> make(const HardwareOptions& options);

  Result<LayoutFacts> open(Layout layout) override;
  void close(Layout layout) override;
  Result<double> chase(Layout layout, std::span<const Access> cycle, Effort effort) override;
  Result<double> dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) override;
  [[nodiscard]] SourceStatistics statistics() const override;

 private:
  static constexpr std::size_t kLayouts = 6;

  // One reading of the tick counter and of the clock it is compared with.
  struct Moment {
    std::uint64_t ticks = 0;
    std::optional<std::chrono::nanoseconds> clock;  // CLOCK_MONOTONIC_RAW
  };
  static Moment moment();

  explicit HardwareSource(std::optional<CpuPin> pin);
  std::unique_ptr<PageSpace>& space(Layout layout) { return spaces_.at(static_cast<std::size_t>(layout)); }
  double measure(const PageSpace& space, Effort effort);

  std::optional<CpuPin> pin_;
  std::array<std::unique_ptr<PageSpace>, kLayouts> spaces_;
  std::vector<CpuReading> times_at_start_;
  Moment start_;
  ChunkTimer timer_;
  AddressList addresses_;
  bool cpu_changed_ = false;
};

}  // namespace pageloupe
