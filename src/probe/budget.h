// SPDX-License-Identifier: MIT
// How long the inference may go on, by a clock that it is given.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include "base/error.h"

namespace pageloupe {

using ProbeClock = std::function<std::chrono::nanoseconds()>;  // any steady origin

// Seconds since `this` was made against a limit; and the flag by which a signal handler ends a run early.
class Budget {
 public:
  // `cancelled` may be null; otherwise it must outlive the budget.
  Budget(ProbeClock clock, std::chrono::duration<double> limit, const std::atomic<bool>* cancelled)
      : clock_(std::move(clock)), start_(clock_()), limit_(limit), cancelled_(cancelled) {}

  [[nodiscard]] std::chrono::duration<double> used() const { return clock_() - start_; }
  [[nodiscard]] std::chrono::duration<double> limit() const { return limit_; }
  // 1 at the end of the limit, more after it.
  [[nodiscard]] double used_share() const { return used() / limit_; }

  // An error with its reason when the run must end now.
  [[nodiscard]] Result<void> check() const;

 private:
  ProbeClock clock_;
  std::chrono::nanoseconds start_;
  std::chrono::duration<double> limit_;
  const std::atomic<bool>* cancelled_;
};

// What is left out when time is short, cheapest loss first.
struct Economy {
  unsigned passes = 7;           // over the window of the first knee
  unsigned placements = 6;       // of every conflict stride
  bool second_sweep = true;      // of the curve
  unsigned granule_regions = 8;  // 2 MiB regions looked at
  bool walk_tiers = true;

  friend bool operator==(const Economy&, const Economy&) = default;
};

// `sweep_share`: what the first sweep of the curve took of the time left before it.
[[nodiscard]] Economy economy_for(double sweep_share);

}  // namespace pageloupe
