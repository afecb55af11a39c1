// SPDX-License-Identifier: MIT
// What a process has used of what it may use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "field/value.h"
#include "proc/procfs.h"

namespace pageloupe::ppmap {

// One thing that can run out.
struct Headroom {
  std::string_view name{};
  std::string_view unit{};  // "bytes" or "mappings"
  Value used{};
  Value limit{};  // not_applicable where there is none
  Value headroom{};
  std::string note{};
};

// Reads maps, status and limits of the process, and meminfo, sys/vm/max_map_count, sys/vm/overcommit_memory.
// Errors: no_memory of a process that exits, those of maps; what else cannot be read is a reason in its cell.
[[nodiscard]] Result<std::vector<Headroom>> measure_headroom(const ProcFs& procfs, const PidDir& dir);

}  // namespace pageloupe::ppmap
