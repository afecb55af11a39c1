// SPDX-License-Identifier: MIT
#include "ptop/row_maker.h"

namespace pageloupe::ptop {

void RowMaker::begin(const SystemFacts& system, Nanoseconds window) {
  system_ = system;
  window_ = window;
  pool_.clear();
}

const DeferredFiles* RowMaker::files_of(const WatchedTask& task) const {
  return files_ == nullptr ? nullptr : files_->find(task.id());
}

ProcessRow RowMaker::operator()(const WatchedTask& task) {
  auto* files = files_ == nullptr ? nullptr : files_->find(task.id());
  auto& process = files != nullptr ? files->process : process_;
  auto& before = files != nullptr ? files->before : before_;
  process.pid = before.pid = task.pid;
  process.tgid = before.tgid = task.tgid;
  process.stat = task.stat;
  process.statm = task.statm;
  process.owner = task.owner;
  // The counters alone: nothing else of the pass before is looked at.
  if (!before.stat) before.stat = PidStat{};
  before.stat->utime = task.before.utime;
  before.stat->stime = task.before.stime;
  before.stat->minflt = task.before.minflt;
  before.stat->majflt = task.before.majflt;
  ProcessRow row{process, system_, names_, pool_};
  row.before = task.has_before ? &before : nullptr;
  row.seconds = list_.seconds();
  row.file_seconds = files != nullptr ? files->seconds() : 0;
  row.growth = {
      .vsz = &task.vsz, .rss = &task.rss, .pss = files != nullptr ? &files->pss : nullptr, .window = window_};
  return row;
}

}  // namespace pageloupe::ptop
