// SPDX-License-Identifier: MIT
// Times whole laps in core cycles, and throws away what a changing core frequency or a neighbour spoiled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "probe/chase.h"
#include "probe/latency_source.h"

namespace pageloupe {

// Which calibrations are believed. A neighbour on the core can slow additions down threefold and leave loads
// alone; what is then divided by the calibration reads far too low.
class CalibrationFilter {
 public:
  void add(double ticks_per_cycle);
  // Whether a piece timed between two calibrations counts.
  [[nodiscard]] bool accepts(double before, double after) const;
  // The tenth percentile of the last 256: follows a real change of frequency within as many. 0 at the start.
  [[nodiscard]] double reference() const { return reference_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  static constexpr std::size_t kRemembered = 256;
  std::array<double, kRemembered> recent_{};
  std::uint64_t count_ = 0;
  double reference_ = 0;
};

class ChunkTimer {
 public:
  // Keeps the core busy for about a millisecond first, until its frequency has risen.
  ChunkTimer();

  // Cycles per access: the least of the accepted pieces. `piece` goes round a cycle of `length` accesses.
  // If every piece is rejected four times over, the least of the rejected ones.
  double measure(std::size_t length, Effort effort, const std::function<PieceTicks(PieceLaps)>& piece);

  [[nodiscard]] std::uint64_t chunks() const { return chunks_; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }
  [[nodiscard]] const CalibrationFilter& calibrations() const { return filter_; }

 private:
  // Ticks per cycle, which the filter has then seen.
  double calibrate(const PieceTicks& piece);

  CalibrationFilter filter_;
  double clock_ticks_ = 0;  // what reading the clock twice adds to a timed piece
  std::uint64_t chunks_ = 0;
  std::uint64_t rejected_ = 0;
};

}  // namespace pageloupe
