// SPDX-License-Identifier: MIT
// The five lines above the processes that `top -b` prints (procps-ng 4.0), for batch mode.
#pragma once

#include "ptop/memory_scale.h"
#include "ptop/tasks.h"
#include "render/output.h"
#include "sample/machine.h"

namespace pageloupe::ptop {

struct TopSummary {
  const MachineSample& before;  // the shares of CPU time are of the time since then
  const MachineSample& now;     // system_stat, meminfo, loadavg and uptime
  const TaskCounts& tasks;
  std::size_t users = 0;                 // sessions of users
  bool threads = false;                  // -H: the tasks are threads
  bool per_cpu = false;                  // -1: a line for each CPU
  MemoryScale scale = MemoryScale::mib;  // -E; human is as mib
  std::string_view program = "ptop";
};

// Lines with their ends, without the blank one that follows. "?" stands where a value is not known.
void append_top_summary(Buffer& buffer, const TopSummary& summary);

}  // namespace pageloupe::ptop
