// SPDX-License-Identifier: MIT
// All processes of this PID namespace in one go, by an iterator that runs in the kernel (BPF): 0.3 µs a
// process where opening and reading its stat and statm costs 14. It says what those two files and the
// directory's owner say, and nothing else.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "proc/procfs.h"
#include "proc/stat.h"
#include "proc/statm.h"

struct task_record;

namespace pageloupe {

struct ScannedProcess {
  PidStat stat{};
  PidStatm statm{};
  PidDir::Owner owner{};
  bool statm_exact = false;  // its resident pages are those of statm
};

class TaskScan {
 public:
  // Loads the program, 5 to 15 ms of CPU. What `why` says of a refusal is for people.
  // Errors: unsupported (built without it, a kernel before 5.18 or without BTF, another /proc or namespace
  // than the machine's own), denied (needs CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE, or root), io.
  [[nodiscard]] static Result<TaskScan> open(const ProcFs& procfs, std::string& why);

  TaskScan(TaskScan&&) noexcept;
  TaskScan& operator=(TaskScan&&) noexcept;
  ~TaskScan();

  // Begins a pass. Errors: io, no_descriptors.
  [[nodiscard]] Result<void> begin();

  // The next process, ascending; nothing at the end. The view is valid until the next call. A process that
  // changed hands while it was read, or of which the kernel's text says more than the iterator can, is passed
  // over: its number is in the listing of /proc, and its files say the rest.
  [[nodiscard]] const ScannedProcess* next();

  // The process of that number, if the pass has one; to be asked with ascending numbers, the same one more
  // than once.
  [[nodiscard]] const ScannedProcess* find(Pid pid);

 private:
  explicit TaskScan(UniqueFd link);
  [[nodiscard]] const task_record* next_record();

  struct Block;
  UniqueFd link_;
  UniqueFd iterator_;
  std::unique_ptr<Block> block_;
  ScannedProcess current_{};
  bool has_current_ = false;
  bool ended_ = true;
};

// What the kernel's text would say of a record. Ticks are hundredths of a second, as the kernel's for
// programs are. Nothing where the text says more than the record, or the record is not of one moment.
[[nodiscard]] std::optional<ScannedProcess> scanned_process(const task_record& record, Bytes page_size);

}  // namespace pageloupe
