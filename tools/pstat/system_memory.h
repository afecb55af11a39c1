// SPDX-License-Identifier: MIT
// --system: what questions about lazy allocation, overcommit and the OOM killer need to know of the machine.
#pragma once

#include <string>
#include <vector>

#include "proc/meminfo.h"
#include "proc/procfs.h"
#include "render/writer.h"

namespace pageloupe::pstat {

struct SystemMemory {
  Meminfo meminfo{};
  std::optional<std::uint64_t> overcommit{};  // vm.overcommit_memory
  std::optional<Percent> some{};  // PSI: share of the last 10 s in which some task waited for memory
  std::optional<Percent> full{};  // … in which all did
  std::optional<Rate> faults{};   // page faults, over a tenth of a second
  std::optional<Rate> major_faults{};
};

// Reads meminfo, sys/vm/overcommit_memory, pressure/memory, and vmstat twice.
[[nodiscard]] SystemMemory read_system_memory(const ProcFs& procfs);

// For people: three lines.
[[nodiscard]] std::string system_lines(const SystemMemory& memory, const CellStyle& style);

// For programs: facts of the document.
void add_system_facts(const SystemMemory& memory, std::vector<const Column*>& columns,
                      std::vector<Value>& values);
[[nodiscard]] std::vector<const Column*> system_columns();

}  // namespace pageloupe::pstat
