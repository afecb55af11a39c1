// SPDX-License-Identifier: MIT
// What a walk costs by how many page tables it must read. A tier is named by what it touches, not by which
// cache may have served it.
#pragma once

#include <string_view>
#include <vector>

#include "probe/meter.h"

namespace pageloupe {

struct WalkTier {
  std::string_view touches;  // a literal
  Bytes stride{};
  std::uint32_t pages = 0;
  Result<double> cycles = 0.0;  // more than the same lines without walks, or why not
};

// One tier after the other until the budget ends; `base` is the curve's cost of few pages.
[[nodiscard]] std::vector<WalkTier> measure_walk_tiers(Meter& meter, double base);

}  // namespace pageloupe
