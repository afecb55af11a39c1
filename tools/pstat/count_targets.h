// SPDX-License-Identifier: MIT
// Whom --count counts: threads with counters on them, as one or each for itself, and when they have ended.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "perf/counter_group.h"
#include "proc/procfs.h"
#include "pstat/arguments.h"
#include "pstat/count_program.h"

namespace pageloupe::pstat {

// What is counted together: a thread, or everything.
struct CountUnit {
  Pid pid{};
  Pid tid{};
  std::string comm{};
  perf::CounterGroup group;
  perf::Counts before{};  // at the end of the interval before
  perf::Counts now{};
  std::vector<perf::Counts> parts_before{};  // the same for each PMU, where there are several
  std::vector<perf::Counts> parts_now{};
};

class CountTargets {
 public:
  CountTargets(const CountRequest& request, perf::Calls& calls, const perf::Machine& machine)
      : request_(request), calls_(calls), machine_(machine), budget_(perf::raise_descriptor_limit()) {}
  CountTargets(const CountTargets&) = delete;
  CountTargets& operator=(const CountTargets&) = delete;

  // The processes, all of whose threads are counted, and those that they begin. False where none is left.
  [[nodiscard]] bool attach(const ProcFs& procfs, std::span<const Pid> pids);

  // A program that waits to be started, and all that it forks.
  void attach(const Program& program);

  // Waits until all have ended, but not longer; true when they have.
  [[nodiscard]] bool wait(std::chrono::milliseconds most);

  // Reads the counters; what was read before is what the interval begins with.
  void read();

  [[nodiscard]] std::span<const CountUnit> units() const { return units_; }
  [[nodiscard]] std::size_t threads_left_out() const;
  [[nodiscard]] std::size_t threads() const { return threads_; }

 private:
  struct Watched {
    Pid pid{};
    UniqueFd fd{};  // tells that it has ended; none in a kernel before 5.3
    Nanoseconds cpu{};
  };

  void add_unit(Pid pid, Pid tid, std::string comm, std::span<const Pid> threads,
                const perf::OpenOptions& options);
  void read_clocks(CountUnit& unit);

  const CountRequest& request_;
  perf::Calls& calls_;
  const perf::Machine& machine_;
  perf::Budget budget_;
  std::vector<CountUnit> units_;
  std::vector<Watched> watched_;
  std::size_t threads_ = 0;
  bool has_clock_ = true;  // of the children of a program there is none
};

}  // namespace pageloupe::pstat
