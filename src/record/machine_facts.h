// SPDX-License-Identifier: MIT
// The machine above the processes as the facts of a sample, and back.
#pragma once

#include "record/recorded.h"
#include "sample/cgroup_use.h"
#include "sample/machine.h"

namespace pageloupe {

// The facts in the kernel's words with their units: "MemTotal_bytes", "cpu0_ticks",
// "memory_some_avg10_percent". Those of parts that were not sampled are left out. `facts` keeps its memory.
void to_facts(const MachineSample& machine, const CgroupLimits& cgroup, std::vector<MachineFact>& facts);

// What the head of a sample says; a part that it says nothing of is not_recorded.
void from_facts(const SampleHead& head, MachineSample& machine, CgroupLimits& cgroup);

}  // namespace pageloupe
