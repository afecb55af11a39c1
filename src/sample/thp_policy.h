// SPDX-License-Identifier: MIT
// Why a mapping gets no transparent huge pages: its flags, its place, and what the machine allows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proc/smaps.h"

namespace pageloupe {

struct ThpPolicy {
  // The words of enabled and shmem_enabled, as far as they make a difference here.
  enum class Mode : std::uint8_t { unknown, always, advised, never };

  Mode anonymous = Mode::unknown;
  Mode shared = Mode::unknown;
  bool off_in_process = false;  // PR_SET_THP_DISABLE: THP_enabled of status is 0
};

// The word between brackets: "always [madvise] never".
[[nodiscard]] ThpPolicy::Mode parse_thp_mode(std::string_view text);

// Below `directory`, /sys/kernel/mm/transparent_hugepage. The file of the huge page's own size comes before
// `enabled`, which it may inherit.
[[nodiscard]] ThpPolicy read_thp_policy(const std::string& directory);

// What stands in the way; nothing for a mapping that is eligible. Where the mapping itself does not tell and
// the policy is unknown, it says so.
[[nodiscard]] std::optional<std::string_view> thp_refusal(const VmaRecord& record, const ThpPolicy& policy);

// Whether the mapping is eligible, or would be if it were advised and the policy another one.
[[nodiscard]] bool thp_possible(const VmaRecord& record);

// The size of its small pages: what smaps says, and 4 KiB of pages from the pool.
[[nodiscard]] Bytes base_page_of(const SmapsUsage& usage);

}  // namespace pageloupe
