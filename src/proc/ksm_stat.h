// SPDX-License-Identifier: MIT
// /proc/PID/ksm_stat, since Linux 5.19, more of it in later ones; read by who may trace the process. Never
// blocks, 5 µs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// What kernel samepage merging does for a process; a member is missing where the kernel does not say.
struct KsmStat {
  std::optional<std::uint64_t> rmap_items{};  // pages that are watched, merged or not
  std::optional<Pages> zero_pages{};          // empty ones that were replaced by the kernel's page of zeros
  std::optional<Pages> merging_pages{};       // that are merged with others
  std::optional<std::int64_t> process_profit{};  // bytes saved less the bytes spent on keeping account
  std::optional<bool> merge_any{};               // prctl(PR_SET_MEMORY_MERGE)
  std::optional<bool> mergeable{};               // some mapping is
};

// Lines that are not known are passed over. Errors: malformed, with its line.
[[nodiscard]] Result<KsmStat> parse_ksm_stat(std::string_view text);

}  // namespace pageloupe
