// SPDX-License-Identifier: MIT
// A child of the test that waits to be ended.
#pragma once

#include <csignal>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/procfs.h"
#include "proc/stat.h"
#include "sample/process_control.h"

namespace pageloupe {

class Child {
 public:
  Child() : pid_(::fork()) {
    if (pid_ != 0) return;
    // The handlers of the test's own framework are not for the child.
    for (const int number : {SIGTERM, SIGINT, SIGSEGV, SIGABRT}) ::signal(number, SIG_DFL);
    for (;;) ::pause();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGKILL);
    reap();
  }

  [[nodiscard]] Pid pid() const { return {pid_}; }

  // Waits until it has ended; the signal that ended it, 0 where none did.
  int reap() {
    if (reaped_) return 0;
    reaped_ = true;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  // As /proc has it now.
  [[nodiscard]] PidStat stat(const ProcFs& procfs) const {
    std::string buffer;
    const auto text = procfs.pid_by_path(pid()).read("stat", buffer);
    const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
    return stat.value_or(PidStat{});
  }
  [[nodiscard]] ControlTarget target(const ProcFs& procfs) const {
    return {.tgid = pid(), .pid = pid(), .start = stat(procfs).starttime};
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

}  // namespace pageloupe
