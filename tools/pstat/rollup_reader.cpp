// SPDX-License-Identifier: MIT
#include "pstat/rollup_reader.h"

#include <algorithm>
#include <ctime>

#include "sample/live_thread.h"

namespace pageloupe::pstat {
namespace {

using Clock = std::chrono::steady_clock;

// What a process is taken to cost that was not read yet.
constexpr std::uint64_t kUnknownCost = 500'000;

Instant boottime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

// Which have no memory to walk.
bool has_memory(const PidStat& stat) { return (stat.flags & kKernelThreadFlag) == 0 && !has_ended(stat); }

}  // namespace

void RollupReader::observe(std::span<const Process> processes, Instant now) {
  list_.begin_pass(now);
  for (const auto& process : processes) {
    if (!process.stat || !has_memory(*process.stat)) continue;
    list_.observe({.tgid = process.tgid, .pid = process.pid, .stat = *process.stat});
  }
  list_.end_pass();
  deferred_.forget(list_);
  turn_.assign(list_.tasks().begin(), list_.tasks().end());
  const auto read_at = [this](const WatchedTask* task) {
    const auto* known = deferred_.find(task->id());
    return known == nullptr ? Instant{} : known->at;
  };
  std::ranges::stable_sort(turn_, {}, read_at);
}

// At least one, so that all are read in the end.
std::size_t RollupReader::affordable(std::span<WatchedTask* const> tasks) {
  const auto budget = static_cast<std::uint64_t>(options_.budget.count());
  std::uint64_t cost = 0;
  std::size_t count = 0;
  for (const auto* task : tasks) {
    if (budget == 0) break;
    const auto* known = deferred_.find(task->id());
    cost += known == nullptr || known->cost.value == 0 ? kUnknownCost : known->cost.value;
    if (count != 0 && cost > budget) break;
    ++count;
  }
  return count;
}

bool RollupReader::any_reading(std::span<WatchedTask* const> tasks) {
  if (deferred_.expected() > 0) return true;
  return options_.only_pass && std::ranges::any_of(tasks, [this](const WatchedTask* task) {
           const auto* known = deferred_.find(task->id());
           return known != nullptr && known->blocked;
         });
}

// In short steps: what turns out to hang is not waited for.
void RollupReader::wait() {
  constexpr std::chrono::milliseconds kStep{50};
  const auto until = Clock::now() + options_.budget;
  for (;;) {
    deferred_.collect(boottime());
    const auto left = std::chrono::nanoseconds(until - Clock::now());
    if (left <= left.zero() || !any_reading(turn_)) return;
    const auto step = std::min<std::chrono::nanoseconds>(left, kStep);
    if (deferred_.expected() > 0) {
      deferred_.wait({static_cast<std::uint64_t>(step.count())});
    } else {
      const timespec pause{.tv_sec = 0, .tv_nsec = step.count()};
      ::nanosleep(&pause, nullptr);
    }
  }
}

RollupReader::State RollupReader::take(Process& process, Instant now) {
  if (!process.stat) return {};
  if (!has_memory(*process.stat)) {
    process.rollup = std::unexpected(Errc::no_memory);
    return {};
  }
  const auto* known = deferred_.find({process.pid, process.stat->starttime});
  if (known == nullptr) return {.unread = true};
  process.rollup = known->process.rollup;
  State state{.blocked = known->blocked};
  if (known->at.value != 0) state.age = now - std::min(known->at, now);
  return state;
}

std::span<const RollupReader::State> RollupReader::read(std::span<Process> processes) {
  const auto begin = boottime();
  observe(processes, begin);
  const auto most = affordable(turn_);
  if (most != 0) {
    std::ignore = deferred_.ask(turn_, Source::smaps_rollup, begin, {}, most);
    wait();
  }
  const auto now = boottime();
  states_.clear();
  for (auto& process : processes) states_.push_back(take(process, now));
  return states_;
}

}  // namespace pageloupe::pstat
