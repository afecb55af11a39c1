// SPDX-License-Identifier: MIT
// The associativity of the first level.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "probe/first_level.h"
#include "probe/meter.h"

namespace pageloupe {

struct WaysFinding {
  bool known = false;                   // not if disturbances left no clear picture
  std::optional<std::uint32_t> ways{};  // nothing: fully associative, if known
};

// The number of ways from the most pages that fit at each of several strides. A set-associative level halves
// with every doubling of the stride down to its ways, and stays there for several, with whole sets.
[[nodiscard]] WaysFinding ways_from(std::span<const std::uint32_t> fitting, std::uint32_t entries);

// Measures strides of 4 … 512 pages and sets level.ways and ways_known. No longer ones: some data caches
// guess the way from a hash of the virtual address, in which pages 4 MiB apart collide without any TLB.
Result<void> measure_first_level_ways(Meter& meter, double base, FirstLevel& level);

}  // namespace pageloupe
