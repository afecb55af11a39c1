// SPDX-License-Identifier: MIT
#include "base/background.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <list>
#include <mutex>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/stillness.h"
#include "base/unique_fd.h"

namespace pageloupe {
namespace {

std::int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Signals are for the thread that draws.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &old_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &old_, nullptr); }

 private:
  sigset_t old_{};
};

}  // namespace

std::chrono::nanoseconds Task::running() const {
  const auto began = began_.load(std::memory_order_acquire);
  return std::chrono::nanoseconds(began == 0 ? 0 : steady_now() - began);
}

void Task::run() {
  thread_.store(::gettid(), std::memory_order_release);
  began_.store(std::max<std::int64_t>(steady_now(), 1), std::memory_order_release);
  work();
  done_.store(true, std::memory_order_release);
}

struct Background::Shared {
  struct Worker {
    std::thread thread{};
    bool ended = false;
  };

  std::mutex mutex;
  std::condition_variable more;      // there is work, or the end has come
  std::condition_variable finished;  // a task is done, or a thread has ended
  std::deque<std::shared_ptr<Task>> waiting;
  std::deque<std::shared_ptr<Task>> beside;  // each has a thread that is idle or begins
  std::vector<std::shared_ptr<Task>> at_work;
  std::list<Worker> workers;
  std::size_t idle = 0;
  bool closing = false;
  bool no_threads = false;
  std::exception_ptr failure;  // what a thread could not go on with: no memory
  UniqueFd notice{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

  // With the mutex held.
  [[nodiscard]] std::size_t stuck() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(at_work, [](const auto& task) { return task->running() > kPatience; }));
  }
  void tell() const {
    const std::uint64_t one = 1;
    if (notice) std::ignore = ::write(notice.get(), &one, sizeof one);
  }
  // Where a thread failed, so does the caller. With the mutex held.
  void fail_too() const {
    if (failure) std::rethrow_exception(failure);
  }
  void serve();
  void serve_until_failure();
  void add_worker(const std::shared_ptr<Shared>& self);
  void add_thread(const std::shared_ptr<Shared>& self);
};

void Background::Shared::serve() {
  std::unique_lock lock(mutex);
  while (true) {
    ++idle;
    more.wait(lock, [this] { return closing || !waiting.empty() || !beside.empty(); });
    --idle;
    if (closing) return;
    auto& queue = beside.empty() ? waiting : beside;
    auto task = std::move(queue.front());
    queue.pop_front();
    at_work.push_back(task);
    lock.unlock();
    task->run();
    lock.lock();
    std::erase(at_work, task);
    task.reset();
    finished.notify_all();
    tell();
  }
}

// An exception that leaves a thread would end the program, with its terminal as it is.
void Background::Shared::serve_until_failure() {
  try {
    serve();
  } catch (...) {
    const std::scoped_lock lock(mutex);
    failure = std::current_exception();
    tell();
  }
}

// Throws std::system_error where the system gives no thread. With the mutex held.
void Background::Shared::add_worker(const std::shared_ptr<Shared>& self) {
  const SignalsBlocked blocked;
  auto& worker = workers.emplace_back();
  try {
    worker.thread = std::thread([self, &worker] {
      self->serve_until_failure();
      const std::scoped_lock lock(self->mutex);
      worker.ended = true;
      self->finished.notify_all();
    });
  } catch (const std::system_error&) {
    workers.pop_back();
    throw;
  }
}

// Another thread where there is work and nobody to do it. With the mutex held.
void Background::Shared::add_thread(const std::shared_ptr<Shared>& self) {
  if (waiting.empty() || idle > beside.size() || no_threads) return;
  if (workers.size() >= kMostThreads || workers.size() > stuck()) return;
  try {
    add_worker(self);
  } catch (const std::system_error&) {
    no_threads = workers.empty();
  }
}

Background::Background() : shared_(std::make_shared<Shared>()) {}

Background::~Background() {
  constexpr std::chrono::milliseconds kEnding{100};
  std::unique_lock lock(shared_->mutex);
  shared_->closing = true;
  shared_->more.notify_all();
  const auto ended = [this] {
    return static_cast<std::size_t>(std::ranges::count_if(shared_->workers, &Shared::Worker::ended));
  };
  shared_->finished.wait_for(lock, kEnding,
                             [&] { return ended() + shared_->at_work.size() == shared_->workers.size(); });
  std::list<Shared::Worker> done;
  for (auto worker = shared_->workers.begin(); worker != shared_->workers.end();) {
    const auto next = std::next(worker);
    if (worker->ended) {
      done.splice(done.end(), shared_->workers, worker);
    } else {
      worker->thread.detach();
    }
    worker = next;
  }
  lock.unlock();
  for (auto& worker : done) worker.thread.join();
}

bool Background::start(const std::shared_ptr<Task>& task) {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->fail_too();
    if (shared_->stuck() >= kMostThreads) return false;
    shared_->waiting.push_back(task);
    shared_->add_thread(shared_);
    if (!shared_->no_threads) {
      shared_->more.notify_one();
      return true;
    }
    shared_->waiting.clear();
  }
  task->run();
  shared_->tell();
  return true;
}

Background::Beside Background::start_beside(const std::shared_ptr<Task>& task) {
  const std::scoped_lock lock(shared_->mutex);
  auto& shared = *shared_;
  shared.fail_too();
  if (shared.no_threads) return Beside::no_threads;
  if (shared.idle <= shared.beside.size()) {
    if (shared.workers.size() >= kMostThreads) return Beside::all_at_work;
    try {
      shared.add_worker(shared_);
    } catch (const std::system_error&) {
      shared.no_threads = shared.workers.empty();
      return shared.no_threads ? Beside::no_threads : Beside::all_at_work;
    }
  }
  shared.beside.push_back(task);
  shared.more.notify_one();
  return Beside::started;
}

int Background::notice_fd() const { return shared_->notice.get(); }

void Background::take_notice() {
  std::uint64_t count = 0;
  if (shared_->notice) std::ignore = ::read(shared_->notice.get(), &count, sizeof count);
  const std::scoped_lock lock(shared_->mutex);
  shared_->fail_too();
  shared_->add_thread(shared_);
}

bool Background::wait(const Task& task, std::chrono::nanoseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(shared_->mutex);
  while (!task.done()) {
    shared_->fail_too();
    shared_->add_thread(shared_);
    // Looks now and then whether those at work hang.
    const auto next = std::min(until, std::chrono::steady_clock::now() + kPatience / 4);
    shared_->finished.wait_until(lock, next);
    if (!task.done() && std::chrono::steady_clock::now() >= until) return false;
  }
  return true;
}

bool Background::wait_while_working(const Task& task) {
  Stillness stillness;
  std::unique_lock lock(shared_->mutex);
  while (!task.done()) {
    shared_->fail_too();
    shared_->finished.wait_for(lock, Stillness::kLook);
    if (!task.done() && stillness.looks_stuck(task.thread())) return false;
  }
  return true;
}

std::size_t Background::stuck() const {
  const std::scoped_lock lock(shared_->mutex);
  return shared_->stuck();
}

bool Background::direct() const {
  const std::scoped_lock lock(shared_->mutex);
  return shared_->no_threads;
}

}  // namespace pageloupe
