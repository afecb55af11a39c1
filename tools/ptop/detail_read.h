// SPDX-License-Identifier: MIT
// How the parts of a process's details are read, below a directory that is held open. Each may wait for the
// process's memory, but read_threads.
#pragma once

#include "ptop/detail_task.h"

namespace pageloupe::ptop {

// smaps, or maps where this kernel has none. Errors: no_memory, gone, denied, io, malformed.
[[nodiscard]] Slot<MapPart> read_map(const ProcFs& procfs, const PidDir& dir);

// The columns of kMemorySections, and how far the process may grow. Errors: gone.
[[nodiscard]] Slot<FactsPart> read_memory(const ProcFs& procfs, const PidDir& dir, const SystemFacts& system);

// Errors: gone, io.
[[nodiscard]] Slot<ThreadSamples> read_threads(const PidDir& dir);

// The columns of kGroupSections, and the memory of the cgroup. Errors: gone.
[[nodiscard]] Slot<FactsPart> read_group(const ProcFs& procfs, const PidDir& dir, const SystemFacts& system,
                                         const std::string& cgroup_root);

// Errors: no_memory, gone, denied, io.
[[nodiscard]] Slot<EnvironmentPart> read_environment(const ProcFs& procfs, const PidDir& dir);

}  // namespace pageloupe::ptop
