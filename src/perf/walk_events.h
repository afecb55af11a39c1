// SPDX-License-Identifier: MIT
// Cycles of page walks: events without a generic name, by CPU model. A code that is wrong counts something
// else, or nothing for ever, so only models that are certain stand here.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "perf/machine.h"

namespace pageloupe::perf {

// perf_event_attr::config of x86: event in bits 0–7, unit mask in 8–15, counter mask in 24–31.
[[nodiscard]] constexpr std::uint64_t raw_code(std::uint64_t event, std::uint64_t umask,
                                               std::uint64_t cmask = 0) {
  return event | umask << 8U | cmask << 24U;
}

struct WalkCodes {
  std::string_view cores{};  // for people
  std::string_view pmu{};    // "cpu", or that of the kind of core
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::span<const std::uint16_t> models{};  // of Intel's family 6
};

namespace detail {
inline constexpr auto kHaswellBroadwell =
    std::to_array<std::uint16_t>({0x3c, 0x3d, 0x3f, 0x45, 0x46, 0x47, 0x4f, 0x56});
inline constexpr auto kSkylakeToIceLake = std::to_array<std::uint16_t>(
    {0x4e, 0x55, 0x5e, 0x8e, 0x9e, 0xa5, 0xa6, 0x6a, 0x6c, 0x7d, 0x7e, 0x8c, 0x8d, 0xa7});
inline constexpr auto kSapphireRapids = std::to_array<std::uint16_t>({0x8f, 0xcf});
inline constexpr auto kAlderToRaptorLake = std::to_array<std::uint16_t>({0x97, 0x9a, 0xb7, 0xba, 0xbf});
}  // namespace detail

// DTLB_LOAD_MISSES.WALK_DURATION and DTLB_STORE_MISSES.WALK_DURATION; from Skylake on WALK_ACTIVE, which is
// WALK_PENDING with a counter mask of 1; from Golden Cove on with other event numbers.
inline constexpr auto kWalkCodes = std::to_array<WalkCodes>({
    {"Haswell, Broadwell", "cpu", raw_code(0x08, 0x10), raw_code(0x49, 0x10), detail::kHaswellBroadwell},
    {"Skylake to Rocket Lake", "cpu", raw_code(0x08, 0x10, 1), raw_code(0x49, 0x10, 1),
     detail::kSkylakeToIceLake},
    {"Sapphire Rapids, Emerald Rapids", "cpu", raw_code(0x12, 0x10, 1), raw_code(0x13, 0x10, 1),
     detail::kSapphireRapids},
    {"Golden Cove, Raptor Cove", "cpu_core", raw_code(0x12, 0x10, 1), raw_code(0x13, 0x10, 1),
     detail::kAlderToRaptorLake},
});
static_assert(kWalkCodes[1].loads == 0x01001008);

// nullptr for a model that is not in the table.
[[nodiscard]] constexpr const WalkCodes* find_walk_codes(const CpuModel& cpu, std::string_view pmu) {
  constexpr std::uint32_t kFamily = 6;
  if (cpu.vendor != Vendor::intel || cpu.family != kFamily) return nullptr;
  for (const auto& row : kWalkCodes) {
    if (row.pmu == pmu && std::ranges::find(row.models, cpu.model) != row.models.end()) return &row;
  }
  return nullptr;
}

}  // namespace pageloupe::perf
