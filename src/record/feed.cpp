// SPDX-License-Identifier: MIT
#include "record/feed.h"

#include <algorithm>

namespace pageloupe {

void feed(const RecordedSample& sample, const RecordingInfo& info, std::span<const Pid> only,
          TaskList& list) {
  list.begin_pass(sample.head.boottime, info.ticks_per_second);
  for (const auto& [pid, recorded] : sample.processes) {
    const auto& process = recorded.process;
    if (!process.stat) continue;
    if (!only.empty() && std::ranges::find(only, process.tgid) == only.end()) continue;
    list.observe({.tgid = process.tgid,
                  .pid = process.pid,
                  .stat = *process.stat,
                  .statm = process.statm,
                  .owner = process.owner});
  }
  list.end_pass();
}

void feed_names(const RecordedSample& sample, Names& names) {
  for (const auto& [uid, name] : sample.users) names.set_user(uid, name);
  for (const auto& [gid, name] : sample.groups) names.set_group(gid, name);
}

}  // namespace pageloupe
