// SPDX-License-Identifier: MIT
// --system: what questions about lazy allocation, overcommit and the OOM killer need to know of the machine.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proc/meminfo.h"
#include "proc/procfs.h"
#include "proc/vmstat.h"
#include "render/writer.h"

namespace pageloupe::pstat {

struct SystemMemory {
  Meminfo meminfo{};
  std::optional<std::uint64_t> overcommit{};  // vm.overcommit_memory
  std::optional<Percent> some{};  // PSI: share of the last 10 s in which some task waited for memory
  std::optional<Percent> full{};  // … in which all did
  std::optional<Rate> faults{};   // page faults of the machine
  std::optional<Rate> major_faults{};
};

// Reads meminfo, sys/vm/overcommit_memory, pressure/memory and vmstat, once or again and again.
class SystemMeter {
 public:
  explicit SystemMeter(const ProcFs& procfs) : procfs_(procfs) {}

  // Rates are those since the reading before; the first one takes a tenth of a second to have some.
  [[nodiscard]] SystemMemory read();

 private:
  struct Counters {
    Vmstat counts{};
    std::chrono::steady_clock::time_point at{};
  };
  [[nodiscard]] std::optional<Counters> read_counters() const;
  void measure_faults(SystemMemory& memory);

  const ProcFs& procfs_;
  std::optional<Counters> before_{};
};

// For people: three lines.
[[nodiscard]] std::string system_lines(const SystemMemory& memory, const CellStyle& style);

// For programs: facts of the document, or of a sample.
void add_system_facts(const SystemMemory& memory, std::vector<const Column*>& columns,
                      std::vector<Value>& values);
[[nodiscard]] std::vector<const Column*> system_columns();

}  // namespace pageloupe::pstat
