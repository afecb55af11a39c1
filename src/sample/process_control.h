// SPDX-License-Identifier: MIT
// Acting on a process that was shown, and on no other that has its ID meanwhile.
#pragma once

#include "proc/procfs.h"
#include "sample/process.h"

namespace pageloupe {

// What was shown: a process, or one of its threads.
struct ControlTarget {
  Pid tgid{};
  Pid pid{};      // of the thread; of the process where that is meant
  Ticks start{};  // of what `pid` is

  [[nodiscard]] bool is_thread() const { return pid != tgid; }
};

// Sends a signal to a process; to that of a thread where the target is one. A descriptor of the process is
// opened first, and what was shown is looked up after that: the signal reaches that process or nobody.
// Errors: gone, also when the ID belongs to another process now; denied; unsupported by a kernel without
// pidfd_open, before Linux 5.3; not_applicable where `procfs` is no /proc of this machine and PID namespace.
[[nodiscard]] Result<void> send_signal(const ProcFs& procfs, const ControlTarget& target, int signal);

struct NiceChange {
  int value = 0;
  bool relative = false;  // to what each thread has
};

struct NiceResult {
  int nice = 0;             // of the target itself, after the change
  std::size_t threads = 0;  // how many were changed
};

// Sets the nice value, between -20 and 19, of a thread; or of all threads of a process, of which the kernel
// would change the first alone. The kernel takes an ID here and no descriptor: identity is looked up right
// before each call.
// Errors: as send_signal, without unsupported; denied also when the value is lower than the process may have.
[[nodiscard]] Result<NiceResult> change_nice(const ProcFs& procfs, const ControlTarget& target,
                                             NiceChange change);

}  // namespace pageloupe
