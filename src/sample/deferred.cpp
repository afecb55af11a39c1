// SPDX-License-Identifier: MIT
#include "sample/deferred.h"

#include <algorithm>
#include <ctime>

namespace pageloupe {
namespace {

// One that takes longer is shown as blocked.
constexpr auto kDecent = std::chrono::milliseconds{500};
// What was not asked for in so many passes is forgotten.
constexpr std::uint64_t kKeptPasses = 8;

Instant boottime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

// A thread's memory, arguments and limits are its process's.
PidDir directory_of(const ProcFs& procfs, Pid tgid, Pid pid) {
  if (tgid != pid) return procfs.thread_by_path(tgid, pid);
  auto held = procfs.pid(pid);
  return held ? std::move(*held) : procfs.pid_by_path(pid);
}

}  // namespace

// One process's files, on another thread.
class Deferred::Reading : public Task {
 public:
  // `counters` is nullptr where nothing is to be counted; `one_thread`: the task is no whole process.
  Reading(const ProcFs& procfs, const WatchedTask& task, SourceSet files,
          std::shared_ptr<TaskCounters> counters, bool one_thread)
      : sampler_(procfs, files | Source::stat),
        procfs_(procfs),
        id_(task.id()),
        tgid_(task.tgid),
        files_(files),
        counters_(std::move(counters)),
        one_thread_(one_thread) {}

  void work() override {
    began_ = boottime();
    const auto dir = directory_of(procfs_, tgid_, id_.pid);
    there_ = sampler_.read(dir, process_) && process_.stat && process_.stat->starttime == id_.start;
    process_.tgid = tgid_;
    process_.one_thread = one_thread_;
    if (there_ && counters_) counters_->sample(procfs_, process_, counter_plan(files_));
    counters_.reset();
    ended_ = boottime();
  }

  // Once done().
  [[nodiscard]] bool there() const { return there_; }
  [[nodiscard]] Process& process() { return process_; }
  [[nodiscard]] Instant ended() const { return ended_; }
  [[nodiscard]] Nanoseconds took() const { return ended_ - began_; }

  [[nodiscard]] SourceSet files() const { return files_; }

 private:
  Sampler sampler_;
  ProcFs procfs_;
  ProcessId id_;
  Pid tgid_;
  SourceSet files_;
  std::shared_ptr<TaskCounters> counters_;
  bool one_thread_;
  Process process_{};
  bool there_ = false;
  Instant began_{};
  Instant ended_{};
};

bool Deferred::due(const Entry& entry, SourceSet files, Instant now, Nanoseconds fresh) const {
  constexpr std::uint64_t kRest = 20;
  if (entry.reading) return false;
  if (!entry.any || (entry.known.files | files) != entry.known.files) return true;
  const auto rest = std::max(fresh.value, entry.known.cost.value * kRest);
  return now.value >= entry.known.at.value + rest;
}

void Deferred::count(Entry& entry) {
  if (!entry.counters) entry.counters = std::make_shared<TaskCounters>(access_);
  entry.counted = true;
}

std::size_t Deferred::ask(std::span<WatchedTask* const> tasks, SourceSet files, Instant now,
                          Nanoseconds fresh, std::size_t most) {
  ++pass_;
  std::size_t asked = 0;
  if (files.empty()) return asked;
  const bool counts = access_ != nullptr && !counter_plan(files).empty();
  for (const auto* task : tasks) {
    auto& entry = entries_[task->id()];
    entry.asked_pass = pass_;
    if (counts && entry.counters) entry.counted = true;
    if (asked >= most || !due(entry, files, now, fresh)) continue;
    if (counts) count(entry);
    auto reading =
        std::make_shared<Reading>(procfs_, *task, files, counts ? entry.counters : nullptr, options_.threads);
    // Every reader hangs: what is known is what there is.
    if (!background_.start(reading)) break;
    entry.reading = std::move(reading);
    ++asked;
    ++waiting_;
  }
  return asked;
}

void Deferred::take(Entry& entry) {
  auto& known = entry.known;
  auto& read = *entry.reading;
  known.blocked = false;
  if (!read.there()) return;
  std::swap(known.before, known.process);
  known.has_before = entry.any && known.at.value != 0;
  known.before_at = known.at;
  known.process = std::move(read.process());
  known.at = read.ended();
  known.cost = read.took();
  known.files = read.files();
  entry.any = true;
  if (!known.process.rollup) return;
  if (const auto pss = known.process.rollup->bytes(SmapsKey::pss)) known.pss.note(known.at, *pss);
}

bool Deferred::collect(Instant /*now*/) {
  bool news = false;
  if (waiting_ == 0) return news;
  for (auto& [id, entry] : entries_) {
    if (!entry.reading) continue;
    if (entry.reading->done()) {
      take(entry);
      entry.reading.reset();
      --waiting_;
      news = true;
    } else if (!entry.known.blocked && entry.reading->running() > kDecent) {
      entry.known.blocked = true;
      if (!entry.any) set_reason(entry.known.process, entry.reading->files(), Errc::blocked);
      entry.any = true;
      news = true;
    }
  }
  return news;
}

void Deferred::wait(Nanoseconds patience) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::nanoseconds(patience.value);
  for (auto& [id, entry] : entries_) {
    if (!entry.reading || entry.known.blocked) continue;
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero() || !background_.wait(*entry.reading, left)) return;
  }
}

std::size_t Deferred::expected() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      entries_, [](const auto& entry) { return entry.second.reading && !entry.second.known.blocked; }));
}

DeferredFiles* Deferred::find(ProcessId id) {
  const auto found = entries_.find(id);
  return found == entries_.end() || !found->second.any ? nullptr : &found->second.known;
}

void Deferred::forget(const TaskList& list) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (!std::exchange(entry->second.counted, false)) entry->second.counters.reset();
    const bool gone = list.find(entry->first) == nullptr;
    const bool forgotten = entry->second.asked_pass + kKeptPasses < pass_;
    if ((!gone && !forgotten) || (entry->second.reading && !gone)) {
      ++entry;
      continue;
    }
    if (entry->second.reading) --waiting_;
    entry = entries_.erase(entry);
  }
}

void Deferred::mark() {
  for (auto& [id, entry] : entries_) entry.known.pss.mark();
}

}  // namespace pageloupe
