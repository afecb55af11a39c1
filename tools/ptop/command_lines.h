// SPDX-License-Identifier: MIT
// The arguments of all processes, each read once, in the background: a process whose memory does not answer
// keeps nobody waiting.
#pragma once

#include <map>
#include <memory>
#include <span>

#include "base/background.h"
#include "proc/procfs.h"
#include "sample/task_list.h"

namespace pageloupe::ptop {

class CommandLines {
 public:
  // `background` outlives this.
  CommandLines(const ProcFs& procfs, Background& background)
      : procfs_(procfs.unguarded()), background_(background) {}

  // Takes what was read, and asks for those of the tasks that are new or have called exec(2). Those that are
  // gone are forgotten.
  void update(std::span<WatchedTask* const> tasks);

  // not_sampled as long as nothing was read.
  [[nodiscard]] Slot<std::string> find(ProcessId id) const;

 private:
  class Reading;
  struct Entry {
    Comm comm{};  // when it was asked for: another one after exec(2)
    Slot<std::string> text = std::unexpected(Errc::not_sampled);
    std::shared_ptr<Reading> reading{};
    std::uint64_t seen = 0;
  };

  ProcFs procfs_;
  Background& background_;
  std::map<ProcessId, Entry> entries_;
  std::uint64_t pass_ = 0;
};

}  // namespace pageloupe::ptop
