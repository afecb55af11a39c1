// SPDX-License-Identifier: MIT
#include "ptop/tasks.h"

#include <algorithm>

namespace pageloupe::ptop {
namespace {

std::size_t& count_of(char state, TaskCounts& counts) {
  switch (state) {
    case 'R': return counts.running;
    case 'S': return counts.sleeping;
    case 'D': return counts.uninterruptible;
    case 'T': return counts.stopped;
    case 't': return counts.traced;
    case 'Z': return counts.zombie;
    case 'I': return counts.idle;
    default: return counts.other;
  }
}

// The first thread of a process that goes on without it is a zombie too, but nobody can fetch it yet.
bool waits_for_its_parent(const WatchedTask& task) {
  return task.stat.state == 'Z' && !task.is_thread() && task.stat.num_threads <= 1;
}

Comm comm_of(std::span<WatchedTask* const> tasks, Pid pid) {
  const auto at =
      std::ranges::lower_bound(tasks, pid, {}, [](const WatchedTask* task) { return task->tgid; });
  const bool found = at != tasks.end() && (*at)->tgid == pid;
  return found ? (*at)->stat.comm : Comm{};
}

void find_careless(std::span<WatchedTask* const> tasks, TaskCounts& counts) {
  std::vector<Pid> parents;
  for (const auto* task : tasks) {
    if (waits_for_its_parent(*task)) parents.push_back(task->stat.ppid);
  }
  std::ranges::sort(parents);
  for (const auto parent : parents) {
    if (counts.careless.empty() || counts.careless.back().pid != parent)
      counts.careless.push_back({.pid = parent, .comm = comm_of(tasks, parent)});
    ++counts.careless.back().zombies;
  }
  std::ranges::stable_sort(counts.careless, std::ranges::greater{}, &CarelessParent::zombies);
}

}  // namespace

void count_tasks(std::span<WatchedTask* const> tasks, TaskCounts& counts) {
  auto careless = std::move(counts.careless);
  careless.clear();
  counts = {.total = tasks.size(), .careless = std::move(careless)};
  bool any_thread = false;
  std::size_t threads = 0;
  for (const auto* task : tasks) {
    ++count_of(task->stat.state, counts);
    threads += task->stat.num_threads;
    if (task->is_kernel_thread()) ++counts.kernel_threads;
    if (task->is_thread()) {
      any_thread = true;
    } else {
      ++counts.processes;
    }
  }
  // Where threads are rows, each says again how many its process has.
  counts.threads = any_thread ? tasks.size() : threads;
  if (counts.zombie != 0) find_careless(tasks, counts);
}

}  // namespace pageloupe::ptop
