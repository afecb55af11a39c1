// SPDX-License-Identifier: MIT
// Work that may never end: reading a file of a process whose memory does not answer. It runs on a few
// threads of its own; who asked looks now and then, and goes on without the answer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <sys/types.h>

namespace pageloupe {

// What has been asked for; shared between who asks and the thread that works.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  // Runs on another thread; nobody else touches the object until done() is true.
  virtual void work() = 0;

  [[nodiscard]] bool done() const { return done_.load(std::memory_order_acquire); }

  // How long it has been running; zero while it waits for a thread.
  [[nodiscard]] std::chrono::nanoseconds running() const;

  // The thread that works on it; 0 before.
  [[nodiscard]] pid_t thread() const { return thread_.load(std::memory_order_acquire); }

 private:
  friend class Background;
  void run();

  std::atomic<std::int64_t> began_{0};  // steady nanoseconds; 0: not yet
  std::atomic<pid_t> thread_{0};
  std::atomic<bool> done_{false};
};

class Background {
 public:
  // No more threads than this, ever; one that hangs is never replaced beyond it.
  static constexpr std::size_t kMostThreads = 4;
  // A task that runs longer than this does not keep others waiting: they get another thread.
  static constexpr std::chrono::milliseconds kPatience{200};

  Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  // Waits for threads without work to end, and not for what hangs: those end with the process.
  ~Background();

  // Queues the task, behind those that wait. False, and nothing is queued, when every thread there may be
  // hangs. Where the system gives no thread at all, the task is done at once, by the caller's own. This one,
  // take_notice() and wait() throw what a task has thrown: that there is no memory.
  [[nodiscard]] bool start(const std::shared_ptr<Task>& task);

  enum class Beside : std::uint8_t { started, all_at_work, no_threads };
  // Begins with the task at once, on a thread beside those that are at work. Where that fails the task is
  // not touched.
  [[nodiscard]] Beside start_beside(const std::shared_ptr<Task>& task);

  // A descriptor that becomes readable when a task is done; take_notice() makes it unreadable again, and
  // gives those that wait another thread where all hang. -1 where there is none.
  [[nodiscard]] int notice_fd() const;
  void take_notice();

  // Waits until `task` is done or the time is over; true when it is done.
  [[nodiscard]] bool wait(const Task& task, std::chrono::nanoseconds patience);

  // Waits until `task`, which has been started beside the others, is done, for as long as its thread works.
  // False when it is stuck.
  [[nodiscard]] bool wait_while_working(const Task& task);

  // Threads that are at work on a task for longer than kPatience.
  [[nodiscard]] std::size_t stuck() const;

  // The system gave no thread: tasks are done by the caller, and may keep it waiting.
  [[nodiscard]] bool direct() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace pageloupe
