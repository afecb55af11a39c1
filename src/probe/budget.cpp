// SPDX-License-Identifier: MIT
#include "probe/budget.h"

#include "probe/confidence.h"

namespace pageloupe {

Result<void> Budget::check() const {
  if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) {
    return not_measurable(Errc::not_sampled, "stopped before this stage");
  }
  if (used() >= limit_) return not_measurable(Errc::not_sampled, "the time budget was spent");
  return {};
}

// A whole run costs about six first sweeps on an idle machine.
Economy economy_for(double sweep_share) {
  Economy economy;
  if (sweep_share > 0.12) economy.passes = 3;
  if (sweep_share > 0.14) economy.placements = 4;
  if (sweep_share > 0.16) economy.second_sweep = false;
  if (sweep_share > 0.18) economy.granule_regions = 2;
  if (sweep_share > 0.20) economy.walk_tiers = false;
  return economy;
}

}  // namespace pageloupe
