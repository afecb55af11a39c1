// SPDX-License-Identifier: MIT
#include "probe/chunk_timer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "probe/order_statistics.h"

namespace pageloupe {
namespace {

double addition_ticks(std::size_t steps) {
  const auto nothing = [] {};
  return static_cast<double>(time_piece(nothing, nothing, steps).additions);
}

}  // namespace

void CalibrationFilter::add(double ticks_per_cycle) {
  constexpr std::uint64_t kRefresh = 32;
  constexpr double kShare = 0.10;
  recent_.at(count_ % kRemembered) = ticks_per_cycle;
  ++count_;
  if (count_ > kRefresh && count_ % kRefresh != 0) return;
  reference_ = quantile(std::span(recent_).first(std::min<std::uint64_t>(count_, kRemembered)), kShare);
}

bool CalibrationFilter::accepts(double before, double after) const {
  constexpr double kDrift = 0.02;
  constexpr double kSlower = 1.03;
  return std::abs(before - after) <= kDrift * before && std::max(before, after) <= kSlower * reference_;
}

ChunkTimer::ChunkTimer() {
  constexpr std::size_t kSteps = 4'000'000;  // a millisecond at 4 GHz
  std::vector<double> differences;
  for (std::size_t done = 0; done < kSteps; done += 3 * kCalibrationSteps) {
    const auto once = addition_ticks(kCalibrationSteps);
    differences.push_back(2 * once - addition_ticks(2 * kCalibrationSteps));
  }
  clock_ticks_ = std::max(0.0, median(differences));
  filter_.add((addition_ticks(kCalibrationSteps) - clock_ticks_) / static_cast<double>(kCalibrationSteps));
}

double ChunkTimer::calibrate(const PieceTicks& piece) {
  const auto ticks =
      (static_cast<double>(piece.additions) - clock_ticks_) / static_cast<double>(kCalibrationSteps);
  filter_.add(ticks);
  return ticks;
}

double ChunkTimer::measure(std::size_t length, Effort effort,
                           const std::function<PieceTicks(PieceLaps)>& piece) {
  constexpr int kRounds = 4;
  // The bookkeeping between two pieces uses pages of its own, whose entries untimed laps drive out again.
  // Where a piece is a lap or two, that would cost more than it brings.
  constexpr std::size_t kCheap = 4;
  // Whole laps: a part of one would weigh the cycle's pages unevenly.
  const auto laps = std::max<std::size_t>(1, (kChunkAccesses + length - 1) / length);
  const auto settle = laps >= kCheap ? effort.settle : 0;
  constexpr auto kNone = std::numeric_limits<double>::infinity();
  auto spoiled = kNone;
  auto before = calibrate(piece({.settle = effort.warm}));
  for (int round = 0; round < kRounds; ++round) {
    auto best = kNone;
    for (unsigned i = 0; i < effort.chunks; ++i) {
      const auto taken = piece({.settle = settle, .timed = laps});
      const auto after = calibrate(taken);
      const auto ticks = static_cast<double>(taken.work) - clock_ticks_;
      const auto cycles = ticks / static_cast<double>(laps * length) / std::min(before, after);
      const bool accepted = filter_.accepts(before, after);
      ++chunks_;
      if (!accepted) ++rejected_;
      auto& least = accepted ? best : spoiled;
      least = std::min(least, cycles);
      before = after;
    }
    if (best < kNone) return best;
  }
  return spoiled;
}

}  // namespace pageloupe
