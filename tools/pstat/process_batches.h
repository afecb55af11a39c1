// SPDX-License-Identifier: MIT
// Processes read by another thread, a batch ahead of who shows them: one whose memory does not answer keeps
// nobody waiting, and reading and showing go on at the same time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sample/sampler.h"

namespace pageloupe::pstat {

// What is read of each process.
struct ReadRules {
  SourceSet choosing{};   // what wants() looks at
  SourceSet rest{};       // of those that it wants
  SourceSet of_thread{};  // of each of their threads
  bool threads = false;   // threads are read too
  // Pure: other threads call it.
  std::function<bool(const Process&)> wants{};
};

struct ReadProcess {
  Process process{};
  bool chosen = false;  // it is there, and wanted
  std::vector<Process> threads{};
};

class ProcessBatches {
 public:
  ProcessBatches(const ProcFs& procfs, ReadRules rules);

  // See Sampler::prefer(). Nobody but these batches uses it between its begin() and the end of read().
  void prefer(std::shared_ptr<TaskScan> scan) { scan_ = std::move(scan); }

  using Visit = std::function<void(Pid, ReadProcess&)>;

  // Reads the processes and calls `visit` for each, in their order. Slots of files that do not answer are
  // `blocked`; as long as they hang they are not asked for again, in later calls neither.
  void read(std::span<const Pid> pids, const Visit& visit);

 private:
  class Reader;
  class Batch;
  // Files that are not to be read, by process or thread.
  using LeftOut = std::map<std::int32_t, SourceSet>;
  struct Hanging {
    Pid task{};
    Ticks start{};
    Source file{};
    std::shared_ptr<Batch> batch{};
  };

  [[nodiscard]] bool may_block() const;
  [[nodiscard]] std::shared_ptr<Batch> start(std::span<const Pid> pids);
  void read_here(std::span<const Pid> pids, const Visit& visit, SourceSet left_out) const;
  void leave_behind(const std::shared_ptr<Batch>& batch);
  [[nodiscard]] LeftOut left_out();
  [[nodiscard]] Ticks start_of(Pid task) const;

  std::shared_ptr<const ReadRules> rules_;
  ProcFs procfs_;  // without its Guard
  std::shared_ptr<Guard> guard_;
  std::shared_ptr<TaskScan> scan_{};
  bool is_copy_;
  std::vector<Hanging> hanging_;
  std::vector<ReadProcess> spare_;  // of a batch that was shown: strings keep their memory
  bool threads_fail_ = false;
};

}  // namespace pageloupe::pstat
