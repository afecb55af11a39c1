// SPDX-License-Identifier: MIT
// What a process has used of what it may use.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "field/value.h"
#include "proc/procfs.h"

namespace pageloupe {

// Addresses that are free beside what a limit is about.
enum class FreeAddresses : std::uint8_t { not_asked, below, above };

// One thing that can run out.
struct Headroom {
  std::string_view name{};
  std::string_view unit{};  // "bytes" or "mappings"
  Value used{};
  Value limit{};  // not_applicable where there is none
  Value headroom{};
  bool unlimited = false;
  std::string_view set_by{};  // what sets the limit: "RLIMIT_STACK"; empty where nothing does
  std::string_view remark{};  // what else is to be known, a phrase; may be empty
  FreeAddresses addresses = FreeAddresses::not_asked;
  std::optional<Bytes> free_addresses{};  // nothing where there is no such mapping
  std::optional<Address> from{};          // of the largest gap: where it begins
};

// Reads maps, status and limits of the process, and meminfo, sys/vm/max_map_count, sys/vm/overcommit_memory.
// Errors: no_memory of a process that exits, those of maps; what else cannot be read is a reason in its cell.
[[nodiscard]] Result<std::vector<Headroom>> measure_headroom(const ProcFs& procfs, const PidDir& dir);

}  // namespace pageloupe
