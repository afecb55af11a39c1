// SPDX-License-Identifier: MIT
// The memory of a process whose first thread has ended.
#pragma once

#include <optional>

#include "proc/procfs.h"
#include "proc/stat.h"

namespace pageloupe {

[[nodiscard]] constexpr bool has_ended(const PidStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

// Memory is shared by the threads: when the first has ended, another one's files show it. The directory of
// such a one, held open; nothing when all have ended.
[[nodiscard]] std::optional<PidDir> live_thread(const ProcFs& procfs, const PidDir& dir);

}  // namespace pageloupe
