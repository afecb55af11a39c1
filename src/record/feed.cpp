// SPDX-License-Identifier: MIT
#include "record/feed.h"

namespace pageloupe {

void feed(const RecordedSample& sample, TaskList& list) {
  list.begin_pass(sample.head.boottime);
  for (const auto& [pid, recorded] : sample.processes) {
    const auto& process = recorded.process;
    if (!process.stat) continue;
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
