// SPDX-License-Identifier: MIT
// Counters of processes from one sample to the next: attached when a process is first asked for, read each
// time, closed when it is no longer asked for.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>

#include "perf/counter_group.h"
#include "proc/procfs.h"
#include "sample/process.h"
#include "sample/source.h"

namespace pageloupe {

// PMUs, CPU and tracepoints of this machine, below /sys; kernel.perf_event_paranoid below `procfs`.
[[nodiscard]] perf::Machine read_perf_machine(const ProcFs& procfs);

// What a plan needs besides files.
inline constexpr SourceSet kCounterSources = Source::perf_loads | Source::perf_stores | Source::perf_cycles |
                                             Source::perf_walks | Source::perf_flushes;

// The groups of events that a plan of columns needs; none for a plan without columns of counters.
[[nodiscard]] perf::Plan counter_plan(SourceSet plan);

// Whether counters saw so little of the process's CPU time between two samples that their numbers are a part
// only: less than perf::kPartial per cent, and a millisecond or more unseen. Switching to and from a thread
// takes time that its clock has and its counters have not, which of short stretches is a large part.
[[nodiscard]] bool counted_in_part(const Process& now, const Process& before);

// What the counters of all processes share; threads may use it at once.
class CounterAccess {
 public:
  // `budget` is a number of descriptors: perf::raise_descriptor_limit(), or less.
  CounterAccess(std::shared_ptr<perf::Calls> calls, perf::Machine machine, std::size_t budget)
      : calls_(std::move(calls)), machine_(std::move(machine)), budget_(budget) {}
  CounterAccess(const CounterAccess&) = delete;
  CounterAccess& operator=(const CounterAccess&) = delete;

  [[nodiscard]] perf::CounterGroup open(std::span<const Pid> threads, const perf::Plan& plan,
                                        perf::Inherit inherit) {
    return {*calls_, machine_, budget_, threads, plan, {.inherit = inherit}};
  }
  [[nodiscard]] const perf::Machine& machine() const { return machine_; }
  [[nodiscard]] std::size_t descriptors_left() const { return budget_.left(); }
  [[nodiscard]] std::uint64_t next_attachment() { return ++attachments_; }

 private:
  std::shared_ptr<perf::Calls> calls_;
  perf::Machine machine_;
  perf::Budget budget_;
  std::atomic<std::uint64_t> attachments_{0};
};

// The counters of one process or one thread, for as long as this lives.
class TaskCounters {
 public:
  explicit TaskCounters(std::shared_ptr<CounterAccess> access) : access_(std::move(access)) {}

  // Fills process.counters, of a process or a thread whose stat was read: the first time 0 for whatever can
  // be counted, later what was counted since. For a process, threads that it begins later are counted too.
  // Attaching costs 6 to 20 µs for each thread and event, reading 1 to 2 µs for each thread and group.
  // Another plan attaches anew; so does the next sample of what got no descriptor at all. counters have the
  // reason of stat without one; not_applicable in a captured /proc.
  void sample(const ProcFs& procfs, Process& process, const perf::Plan& plan);

  // Threads that got no counters.
  [[nodiscard]] std::size_t threads_left_out() const { return group_ ? group_->threads_left_out() : 0; }

 private:
  void attach(const ProcFs& procfs, const Process& process, const perf::Plan& plan);

  std::shared_ptr<CounterAccess> access_;
  std::optional<perf::CounterGroup> group_{};
  perf::Plan plan_{};
  std::uint64_t attachment_ = 0;
};

// Those of all processes that a pass shows.
class ProcessCounters {
 public:
  // `calls` must outlive it.
  ProcessCounters(perf::Calls& calls, perf::Machine machine, std::size_t budget)
      : access_(std::make_shared<CounterAccess>(std::shared_ptr<perf::Calls>(std::shared_ptr<void>{}, &calls),
                                                std::move(machine), budget)) {}
  ProcessCounters(const ProcessCounters&) = delete;
  ProcessCounters& operator=(const ProcessCounters&) = delete;

  // TaskCounters::sample of that process or thread.
  void sample(const ProcFs& procfs, Process& process, SourceSet plan);

  // The end of a pass: closes the counters of whatever was not sampled since the last time.
  void evict_others();

  [[nodiscard]] const perf::Machine& machine() const { return access_->machine(); }
  [[nodiscard]] std::size_t descriptors_left() const { return access_->descriptors_left(); }
  // Threads that got no counters, of those attached now.
  [[nodiscard]] std::size_t threads_left_out() const;

 private:
  struct Attached {
    TaskCounters counters;
    bool fresh = true;  // sampled since the last eviction
  };

  std::shared_ptr<CounterAccess> access_;
  std::map<std::pair<ProcessId, bool>, Attached> attached_;  // true: that thread alone
};

}  // namespace pageloupe
