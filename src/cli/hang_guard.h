// SPDX-License-Identifier: MIT
// Ctrl-C while signals are held and the kernel keeps the program waiting: a read of a process's memory that
// does not answer ends with the program only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace pageloupe {

// Lets SIGINT and SIGTERM through to end the program once work has taken longer than `patience`. To be made
// where HeldSignals holds them.
class HangGuard {
 public:
  explicit HangGuard(std::chrono::milliseconds patience)
      : patience_(patience), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  // While it lives, work is going on that may hang.
  class Work {
   public:
    explicit Work(HangGuard& guard) : guard_(guard) { guard_.set(std::chrono::steady_clock::now()); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    ~Work() { guard_.set(std::nullopt); }

   private:
    HangGuard& guard_;
  };

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void set(std::optional<Instant> began) {
    const std::scoped_lock lock(mutex_);
    began_ = began;
  }

  // A signal for the program is taken by a thread that does not hold it: this one, when something hangs.
  void run(const std::stop_token& stop) {
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, patience_ / 4, [] { return false; });
      const bool hangs = began_ && std::chrono::steady_clock::now() - *began_ > patience_;
      ::pthread_sigmask(hangs ? SIG_UNBLOCK : SIG_BLOCK, &signals, nullptr);
    }
  }

  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Instant> began_{};
  std::jthread thread_;  // the last: it uses the others
};

}  // namespace pageloupe
