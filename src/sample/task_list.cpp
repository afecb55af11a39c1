// SPDX-License-Identifier: MIT
#include "sample/task_list.h"

#include <algorithm>

namespace pageloupe {
namespace {

WatchedTask::Counters counters_of(const PidStat& stat) {
  return {.utime = stat.utime, .stime = stat.stime, .minflt = stat.minflt, .majflt = stat.majflt};
}

bool comes_before(const WatchedTask* a, const WatchedTask* b) {
  return a->tgid != b->tgid ? a->tgid < b->tgid : a->pid < b->pid;
}

}  // namespace

void TaskList::begin_pass(Instant now, std::uint64_t ticks_per_second) {
  seconds_ = pass_ == 0 ? 0 : to_seconds(now - now_);
  previous_pass_ = {static_cast<std::uint64_t>(to_seconds(Nanoseconds{now_.value}) *
                                               static_cast<double>(ticks_per_second))};
  now_ = now;
  if (pass_ == 0) marked_at_ = now;
  ++pass_;
  begun_ = ended_ = 0;
}

WatchedTask* TaskList::find(Pid pid) const {
  const auto found = by_pid_.find(pid.value);
  return found == by_pid_.end() ? nullptr : found->second;
}

const WatchedTask* TaskList::find(ProcessId id) const {
  const auto* task = find(id.pid);
  return task != nullptr && task->id() == id ? task : nullptr;
}

void TaskList::note_growth(WatchedTask& task) const {
  task.vsz.note(now_, task.stat.vsize);
  if (task.statm) task.rss.note(now_, to_bytes(task.statm->resident, page_size_));
}

WatchedTask& TaskList::arrive(const TaskReading& reading) {
  if (unused_.empty()) {
    owned_.push_back(std::make_unique<WatchedTask>());
    owned_.back()->slot = static_cast<std::uint32_t>(owned_.size() - 1);
    unused_.push_back(owned_.back().get());
  }
  auto& task = *unused_.back();
  unused_.pop_back();
  task = WatchedTask{.tgid = reading.tgid, .pid = reading.pid, .slot = task.slot};
  task.first_seen = now_;
  // Its counters began at 0 after the pass before: they are those of the interval.
  task.has_before = pass_ > 1 && reading.stat.starttime >= previous_pass_;
  if (!task.has_before) task.before = counters_of(reading.stat);
  if (pass_ > 1) ++begun_;
  arrived_.push_back(&task);
  by_pid_[reading.pid.value] = &task;
  return task;
}

WatchedTask& TaskList::observe(const TaskReading& reading) {
  auto* task = find(reading.pid);
  // The PID of one that ended may have been given again: the old one is not seen any more.
  const bool known =
      task != nullptr && task->stat.starttime == reading.stat.starttime && task->tgid == reading.tgid;
  if (known) {
    if (task->seen_pass != pass_) {
      task->before = counters_of(task->stat);
      task->has_before = true;
    }
    task->changed = counters_of(reading.stat).utime != task->stat.utime ||
                    reading.stat.stime != task->stat.stime || reading.stat.state != task->stat.state ||
                    reading.stat.minflt != task->stat.minflt;
  } else {
    task = &arrive(reading);
  }
  task->stat = reading.stat;
  task->statm = reading.statm;
  task->owner = reading.owner;
  task->seen_pass = pass_;
  note_growth(*task);
  return *task;
}

void TaskList::unchanged(WatchedTask& task) {
  task.before = counters_of(task.stat);
  task.has_before = true;
  task.changed = false;
  task.seen_pass = pass_;
  note_growth(task);
}

void TaskList::end_pass() {
  std::erase_if(order_, [this](WatchedTask* task) {
    if (task->seen_pass == pass_) return false;
    const auto found = by_pid_.find(task->pid.value);
    if (found != by_pid_.end() && found->second == task) by_pid_.erase(found);
    unused_.push_back(task);
    ++ended_;
    return true;
  });
  if (arrived_.empty()) return;
  std::ranges::sort(arrived_, comes_before);
  const auto middle = static_cast<std::ptrdiff_t>(order_.size());
  order_.insert(order_.end(), arrived_.begin(), arrived_.end());
  std::inplace_merge(order_.begin(), order_.begin() + middle, order_.end(), comes_before);
  arrived_.clear();
}

void TaskList::mark() {
  marked_at_ = now_;
  for (auto* task : order_) {
    task->vsz.mark();
    task->rss.mark();
  }
}

}  // namespace pageloupe
