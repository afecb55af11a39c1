// SPDX-License-Identifier: MIT
#include "sample/monitor.h"

#include <algorithm>
#include <array>

#include "proc/held_file.h"
#include "proc/loadavg.h"
#include "proc/read_again.h"

namespace pageloupe {
namespace {

// However little happens, /proc is listed after so many passes, and a task is read after so many: what others
// do to it (renice, reclaim) does not show in its schedstat.
constexpr std::uint64_t kMostUnlisted = 16;
constexpr std::uint64_t kMostAsleep = 16;

}  // namespace

std::size_t descriptors_to_hold() {
  constexpr std::size_t kMost = 262144;
  return may_hold_descriptors() ? std::min(most_descriptors(), kMost) / 2 : 0;
}

Monitor::Monitor(const ProcFs& procfs, const Options& options)
    : procfs_(procfs), options_(options), list_(options.page_size) {}

PidDir Monitor::directory(Pid tgid, Pid pid) const {
  // What it reads of processes answers.
  return (options_.threads ? procfs_.thread_by_path(tgid, pid) : procfs_.pid_by_path(pid)).unguarded();
}

// A new process shows in loadavg, which names the PID that was given last.
bool Monitor::news() {
  const auto text = procfs_.read("loadavg", buffer_);
  const auto load = text ? parse_loadavg(*text) : Result<LoadAverage>(std::unexpected(text.error()));
  const bool same = load && last_pid_ && *last_pid_ == load->last_pid;
  last_pid_ = load ? std::optional(load->last_pid) : std::nullopt;
  if (same && ++unlisted_passes_ < kMostUnlisted) return false;
  unlisted_passes_ = 0;
  return true;
}

bool Monitor::hold(UniqueFd& fd, const PidDir& dir, const char* file) {
  if (held_ >= options_.most_held) return false;
  auto opened = dir.open(file);
  ++cost_.opened;
  if (!opened) {
    // Out of descriptors after all: what is held is what there is to hold.
    if (opened.error().os_error == EMFILE || opened.error().os_error == ENFILE) options_.most_held = held_;
    return false;
  }
  fd = std::move(*opened);
  ++held_;
  return true;
}

void Monitor::drop(Handles& handles) {
  for (auto* fd : {&handles.schedstat, &handles.stat, &handles.statm}) {
    if (!*fd) continue;
    fd->reset();
    --held_;
  }
  handles = {};
}

Result<std::string_view> Monitor::text_of(const PidDir& dir, const char* file, UniqueFd* held) {
  if (held != nullptr && *held) return read_again(held->get(), file, buffer_);
  ++cost_.opened;
  return dir.read(file, buffer_);
}

// A process whose first thread has ended has the memory of those that live on.
void Monitor::read_statm(const PidDir& dir, UniqueFd* held) {
  auto text = text_of(dir, "statm", held);
  const bool leader_ended = reading_.stat.state == 'Z' && reading_.stat.num_threads > 1;
  if (leader_ended && !options_.threads) {
    for (const auto tid : dir.threads().value_or(std::vector<Pid>{})) {
      if (tid == reading_.pid) continue;
      text = procfs_.thread_by_path(reading_.pid, tid).read("statm", buffer_);
      ++cost_.opened;
      break;
    }
  }
  const auto statm = text ? parse_statm(*text) : Result<PidStatm>(std::unexpected(text.error()));
  reading_.statm = statm ? Slot<PidStatm>(*statm) : std::unexpected(statm.error().code);
}

// Reads stat, statm and the owner into the list; false when the task is gone.
bool Monitor::read(Pid tgid, Pid pid, Handles* handles) {
  const auto dir = directory(tgid, pid);
  const auto text = text_of(dir, "stat", handles != nullptr ? &handles->stat : nullptr);
  if (!text) return false;
  const auto stat = parse_stat(*text);
  if (!stat) return false;
  reading_.tgid = tgid;
  reading_.pid = pid;
  reading_.stat = *stat;
  read_statm(dir, handles != nullptr ? &handles->statm : nullptr);
  const auto owner = dir.owner();
  reading_.owner = owner ? Slot<Owner>(Owner{owner->uid, owner->gid}) : std::unexpected(owner.error().code);
  list_.observe(reading_);
  ++cost_.read;
  return true;
}

void Monitor::read_new(Pid tgid, Pid pid) {
  const auto* known = list_.find(pid);
  if (known != nullptr && known->seen_pass == list_.passes()) return;
  std::ignore = read(tgid, pid, nullptr);
}

void Monitor::list_threads(Pid tgid) {
  const auto threads = procfs_.pid_by_path(tgid).threads();
  if (!threads) return;
  for (const auto tid : *threads) read_new(tgid, tid);
}

void Monitor::look_for_new(std::span<const Pid> pids) {
  for (const auto pid : pids) {
    if (!options_.threads) {
      read_new(pid, pid);
      continue;
    }
    // A process of one thread that slept has no more of them now.
    const auto* leader = list_.find(pid);
    const bool slept = leader != nullptr && leader->seen_pass == list_.passes() && !leader->changed;
    if (!slept || leader->stat.num_threads > 1) list_threads(pid);
  }
}

// Whether the task did nothing since the pass before, as far as its schedstat tells.
bool Monitor::sleeps(const WatchedTask& task, Handles& handles, bool& gone) {
  if (!has_schedstat_) return false;
  if (!handles.schedstat) {
    const auto dir = directory(task.tgid, task.pid);
    if (!hold(handles.schedstat, dir, "schedstat")) return false;
  }
  const auto text = read_again(handles.schedstat.get(), "schedstat", buffer_);
  if (!text) {
    gone = text.error().code == Errc::gone;
    if (!gone) has_schedstat_ = false;
    return false;
  }
  const std::string_view before(handles.slept_as.data(), handles.slept_size);
  const bool same = *text == before && !before.empty();
  handles.slept_size = static_cast<std::uint8_t>(std::min(text->size(), handles.slept_as.size()));
  text->copy(handles.slept_as.data(), handles.slept_size);
  const bool looked_at = task.wanted || (list_.passes() + task.slot) % kMostAsleep == 0;
  const bool others_run = !options_.threads && task.stat.num_threads > 1;
  return same && !looked_at && !others_run && task.stat.state != 'R';
}

Monitor::Presence Monitor::look(WatchedTask& task) {
  auto& handles = handles_[task.slot];
  bool gone = false;
  if (sleeps(task, handles, gone)) {
    handles.reads = 0;
    list_.unchanged(task);
    return Presence::slept;
  }
  if (gone) return Presence::gone;
  // One that runs pass after pass has its files left open.
  constexpr std::uint8_t kReadsToHold = 2;
  if (handles.schedstat && ++handles.reads >= kReadsToHold) {
    handles.reads = kReadsToHold;
    const auto dir = directory(task.tgid, task.pid);
    if (!handles.stat) std::ignore = hold(handles.stat, dir, "stat");
    if (!handles.statm) std::ignore = hold(handles.statm, dir, "statm");
  }
  return read(task.tgid, task.pid, &handles) ? Presence::read : Presence::gone;
}

// The children of what ended have another parent now, which their schedstat does not tell.
void Monitor::reparented() {
  if (ended_.empty()) return;
  for (auto* task : list_.tasks()) {
    if (task->seen_pass == list_.passes() && ended_.contains(task->stat.ppid.value) && !task->changed)
      std::ignore = read(task->tgid, task->pid, nullptr);
  }
}

Result<void> Monitor::list_processes() {
  cost_.listed = !options_.only.empty() || news();
  if (!cost_.listed) return {};
  auto pids = options_.only.empty() ? procfs_.pids() : Result<std::vector<Pid>>(options_.only);
  if (!pids) return std::unexpected(pids.error());
  // The reader itself is a process: where none is listed, this is no /proc.
  if (pids->empty()) return fail(Errc::malformed);
  listed_ = std::move(*pids);
  return {};
}

// It tells of all processes, and of no threads.
bool Monitor::serves_scan() const { return options_.scan && options_.only.empty() && !options_.threads; }

void Monitor::scan() {
  if (!options_.scan->begin()) return;
  while (const auto* process = options_.scan->next()) {
    reading_.tgid = reading_.pid = process->stat.pid;
    reading_.stat = process->stat;
    reading_.owner = Owner{process->owner.uid, process->owner.gid};
    if (process->statm_exact) {
      reading_.statm = process->statm;
    } else {
      read_statm(directory(reading_.pid, reading_.pid), nullptr);
    }
    list_.observe(reading_);
    ++cost_.scanned;
  }
}

// Those that are in the list already, and were not told of in this pass.
void Monitor::look_at_known() {
  for (auto* task : list_.tasks()) {
    if (task->seen_pass == list_.passes()) continue;
    const auto id = task->id();
    const auto presence = look(*task);
    // A task of the same number that began since then is another one.
    if (presence == Presence::slept || (presence == Presence::read && list_.find(id) == task)) {
      cost_.slept += presence == Presence::slept ? 1 : 0;
      continue;
    }
    ended_.insert(task->pid.value);
    drop(handles_[task->slot]);
  }
}

Result<void> Monitor::refresh(Instant now) {
  cost_ = {};
  if (const auto listed = list_processes(); !listed) return listed;
  list_.begin_pass(now, options_.ticks_per_second);
  ended_.clear();
  handles_.resize(std::max(handles_.size(), list_.slots()));
  if (serves_scan()) scan();
  look_at_known();
  if (cost_.listed) look_for_new(listed_);
  reparented();
  list_.end_pass();
  handles_.resize(std::max(handles_.size(), list_.slots()));
  return {};
}

}  // namespace pageloupe
