// SPDX-License-Identifier: MIT
// Processes by state, and those that are gone but not fetched by their parents.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sample/task_list.h"

namespace pageloupe::ptop {

// A process that lets its children's ends lie: it does not wait(2) for them.
struct CarelessParent {
  Pid pid{};
  Comm comm{};  // empty where the parent is not among the tasks
  std::size_t zombies = 0;
};

struct TaskCounts {
  // Of the rows: of processes, or of threads where threads are watched.
  std::size_t total = 0;
  std::size_t running = 0;
  std::size_t sleeping = 0;
  std::size_t uninterruptible = 0;  // D: mostly waits for storage
  std::size_t stopped = 0;          // T, by a signal
  std::size_t traced = 0;           // t, by a debugger
  std::size_t zombie = 0;
  std::size_t idle = 0;   // I, threads of the kernel without work
  std::size_t other = 0;  // what later kernels may have

  std::size_t processes = 0;
  std::size_t threads = 0;         // of all processes
  std::size_t kernel_threads = 0;  // rows of the kernel

  std::vector<CarelessParent> careless{};  // most zombies first, then by pid
};

// `tasks` ascending by process, then by thread, as a TaskList has them. `counts` keeps its memory.
void count_tasks(std::span<WatchedTask* const> tasks, TaskCounts& counts);

}  // namespace pageloupe::ptop
