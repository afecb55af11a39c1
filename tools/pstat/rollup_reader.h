// SPDX-License-Identifier: MIT
// smaps_rollup of many processes in turn, within a budget: reading it walks page tables, 12 ms a GiB, and
// keeps the process from mapping memory meanwhile. A process whose memory does not answer keeps nobody
// waiting.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sample/deferred.h"

namespace pageloupe::pstat {

class RollupReader {
 public:
  struct Options {
    std::chrono::nanoseconds budget{};  // of a pass, for reading
    // Read what hangs for as long as the budget lasts: there is no pass that could have it later.
    bool only_pass = false;
  };

  RollupReader(const ProcFs& procfs, const Options& options)
      : options_(options), deferred_(procfs, background_) {}

  struct State {
    bool blocked = false;              // does not answer now
    bool unread = false;               // has not been read yet
    std::optional<Nanoseconds> age{};  // of what was read
  };

  // Puts into each process what is known of it: read now, where its turn has come, or before. Those that were
  // read longest ago come first, and no more of them than the budget will do for by what they cost before.
  // The states last until the next call.
  [[nodiscard]] std::span<const State> read(std::span<Process> processes);

 private:
  void observe(std::span<const Process> processes, Instant now);
  [[nodiscard]] std::size_t affordable(std::span<WatchedTask* const> tasks);
  void wait();
  [[nodiscard]] bool any_reading(std::span<WatchedTask* const> tasks);
  [[nodiscard]] State take(Process& process, Instant now);

  Options options_;
  Background background_;
  Deferred deferred_;
  TaskList list_;
  std::vector<WatchedTask*> turn_;
  std::vector<State> states_;
};

}  // namespace pageloupe::pstat
