// SPDX-License-Identifier: MIT
// What one must know of the CPU to say what translation costs a process; read once.
#pragma once

#include <expected>
#include <string_view>

#include "cpu/data_tlb.h"
#include "perf/machine.h"
#include "proc/procfs.h"

namespace pageloupe {

struct CpuFacts {
  std::expected<DataTlbs, Errc> data_tlbs = std::unexpected(Errc::not_sampled);
  perf::CpuModel model{};
};

// CPUID, or cpuinfo where there is no such instruction or `procfs` is of another machine. CPUID makes a
// virtual machine exit: some 100 µs for all of it.
[[nodiscard]] CpuFacts read_cpu_facts(const ProcFs& procfs);

}  // namespace pageloupe
