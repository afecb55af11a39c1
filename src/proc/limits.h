// SPDX-License-Identifier: MIT
// /proc/PID/limits; see proc(5). Readable by the owner of the process.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace pageloupe {

enum class Limit : std::uint8_t { stack, data, address_space, memlock, nofile, count_ };

struct LimitName {
  Limit limit;
  std::string_view text;  // how the kernel spells it
};

inline constexpr auto kLimitNames = std::to_array<LimitName>({
    {Limit::stack, "Max stack size"},
    {Limit::data, "Max data size"},
    {Limit::address_space, "Max address space"},
    {Limit::memlock, "Max locked memory"},
    {Limit::nofile, "Max open files"},
});
static_assert(kLimitNames.size() == static_cast<std::size_t>(Limit::count_));

// Bytes, or a number for nofile; nothing is unlimited.
struct LimitPair {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
};

struct PidLimits {
  std::array<std::optional<LimitPair>, kLimitNames.size()> limits{};
  [[nodiscard]] const std::optional<LimitPair>& operator[](Limit limit) const {
    return limits[static_cast<std::size_t>(limit)];
  }
};

// Errors: malformed, with its line. Limits that are not known here are passed over.
[[nodiscard]] Result<PidLimits> parse_limits(std::string_view text);

}  // namespace pageloupe
