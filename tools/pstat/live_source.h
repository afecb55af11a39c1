// SPDX-License-Identifier: MIT
// The processes of /proc, pass after pass.
#pragma once

#include "base/pause.h"
#include "cli/run_info.h"
#include "pstat/collector.h"
#include "pstat/process_source.h"

namespace pageloupe::pstat {

class LiveSource : public ProcessSource {
 public:
  LiveSource(const ProcFs& procfs, const Request& request, const CollectorNeeds& needs)
      : procfs_(procfs), run_(procfs, now_ns()), collector_(procfs, request, needs), memory_(procfs) {
    if (needs.columns.has(Source::cpuid)) cpu_ = read_cpu_facts(procfs);
  }

  [[nodiscard]] Facts run_facts() const override { return run_.facts(); }
  [[nodiscard]] SystemFacts system() override {
    auto facts = read_system_facts(procfs_, {now_ns()});
    facts.cpu = cpu_;
    return facts;
  }
  [[nodiscard]] SystemMemory memory() override { return memory_.read(); }
  [[nodiscard]] Result<void> pass(const SystemFacts& system, const Visit& visit) override {
    return collector_.pass(system, visit);
  }
  [[nodiscard]] bool next(std::chrono::nanoseconds delay) override {
    sleep_for(delay);
    return true;
  }
  [[nodiscard]] bool has_past() const override { return false; }
  [[nodiscard]] std::span<const Pid> missing() const override { return collector_.missing(); }
  [[nodiscard]] std::uint64_t begun() const override { return collector_.begun(); }
  [[nodiscard]] std::uint64_t ended() const override { return collector_.ended(); }
  [[nodiscard]] const ProcessCounters* counters() const override { return collector_.counters(); }

 private:
  const ProcFs& procfs_;
  RunInfo run_;
  Collector collector_;
  SystemMeter memory_;
  CpuFacts cpu_{};  // the same in every pass
};

}  // namespace pageloupe::pstat
