// SPDX-License-Identifier: MIT
// Reads processes by a plan: no file is opened that the plan does not name.
#pragma once

#include <atomic>
#include <string>

#include "bpf/task_scan.h"
#include "proc/procfs.h"
#include "sample/process.h"
#include "sample/source.h"

namespace pageloupe {

class Sampler {
 public:
  Sampler(const ProcFs& procfs, SourceSet plan) : procfs_(procfs), plan_(plan) {}

  // Fills the slots of the plan, each with a value or its reason; the strings of `process` keep their memory.
  // False when the process was gone before anything could be read of it.
  [[nodiscard]] bool read(Pid pid, Process& process);

  // The same below a directory that is held open: all files are one process's, also when its ID is used
  // again.
  [[nodiscard]] bool read(const PidDir& dir, Process& process);

  // The same for one thread of a process; files that a process has once are read from the process.
  [[nodiscard]] bool read_thread(Pid pid, Pid tid, Process& process);

  // Takes what `scan` says of processes from there instead of from their files; nullptr: no more. Its passes
  // are the caller's to begin, and processes are to be read in ascending order.
  void prefer(TaskScan* scan) { scan_ = scan; }

  // Slots of these files of the plan become `blocked`, unread.
  void leave_out(SourceSet files) { left_out_ = files; }

  // From now on says there which file is being read. `file` outlives the sampler.
  void tell(std::atomic<Source>& file) { told_ = &file; }

  // How many files were opened so far.
  [[nodiscard]] std::uint64_t files_read() const { return files_read_; }

  [[nodiscard]] SourceSet plan() const { return plan_; }

 private:
  [[nodiscard]] bool read_slots(const PidDir& dir, Process& process, SourceSet given = {});
  [[nodiscard]] SourceSet scanned(Pid pid, Process& process);
  [[nodiscard]] bool says_no_memory(const Process& process) const;
  void read_memory_of_thread(const PidDir& dir, Process& process);
  [[nodiscard]] bool begin(Source file, Process& process);

  ProcFs procfs_;
  SourceSet plan_;
  TaskScan* scan_ = nullptr;
  SourceSet left_out_{};
  std::atomic<Source>* told_ = nullptr;
  std::string buffer_;
  std::uint64_t files_read_ = 0;
};

}  // namespace pageloupe
