// SPDX-License-Identifier: MIT
#include "sample/process_control.h"

#include <pthread.h>
#include <semaphore>
#include <sys/syscall.h>
#include <thread>

#include "support/catch.h"
#include "support/child.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

TEST_CASE("a signal reaches the process that was shown", "[sample]") {
  const auto procfs = *ProcFs::open();
  Child child;
  REQUIRE(send_signal(procfs, child.target(procfs), SIGUSR1));
  CHECK(child.reap() == SIGUSR1);
}

TEST_CASE("a process with another start time than the one shown gets no signal", "[sample]") {
  const auto procfs = *ProcFs::open();
  const Child child;
  auto target = child.target(procfs);
  --target.start.value;
  const auto sent = send_signal(procfs, target, SIGKILL);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code == Errc::gone);
  CHECK(::kill(child.pid().value, 0) == 0);
  CHECK(child.stat(procfs).state != 'Z');
}

TEST_CASE("a process that was reaped is gone", "[sample]") {
  const auto procfs = *ProcFs::open();
  Child child;
  const auto target = child.target(procfs);
  ::kill(child.pid().value, SIGKILL);
  child.reap();
  CHECK(send_signal(procfs, target, SIGTERM).error().code == Errc::gone);
  CHECK(change_nice(procfs, target, {.value = 5}).error().code == Errc::gone);
}

TEST_CASE("a captured /proc is not acted upon, even where it names a process of this machine", "[sample]") {
  const auto real = *ProcFs::open();
  const Child child;
  const FakeProc captured;
  std::string buffer;
  captured.file(child.pid().value, "stat", *real.pid_by_path(child.pid()).read("stat", buffer));
  const auto procfs = captured.procfs();
  const auto target = child.target(real);
  CHECK(send_signal(procfs, target, SIGKILL).error().code == Errc::not_applicable);
  CHECK(change_nice(procfs, target, {.value = 5}).error().code == Errc::not_applicable);
  CHECK(child.stat(real).state != 'Z');
}

TEST_CASE("a nice value is set, or changed by so much, and kept within its range", "[sample]") {
  const auto procfs = *ProcFs::open();
  const Child child;
  const auto target = child.target(procfs);
  const auto base = child.stat(procfs).nice;
  REQUIRE(base <= 5);
  REQUIRE(change_nice(procfs, target, {.value = 7}));
  CHECK(child.stat(procfs).nice == 7);
  const auto more = change_nice(procfs, target, {.value = 3, .relative = true});
  REQUIRE(more);
  CHECK(more->nice == 10);
  CHECK(child.stat(procfs).nice == 10);
  CHECK(change_nice(procfs, target, {.value = 99})->nice == 19);
}

TEST_CASE("a process with another start time than the one shown is not reniced", "[sample]") {
  const auto procfs = *ProcFs::open();
  const Child child;
  auto target = child.target(procfs);
  const auto before = child.stat(procfs).nice;
  ++target.start.value;
  CHECK(change_nice(procfs, target, {.value = 19}).error().code == Errc::gone);
  CHECK(child.stat(procfs).nice == before);
}

// A thread of this program that waits until it goes out of scope.
class Waiting {
 public:
  Waiting() { begun_.acquire(); }
  ~Waiting() {
    end_.release();
    thread_.join();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  [[nodiscard]] Pid tid() const { return tid_; }

 private:
  Pid tid_{};
  std::binary_semaphore begun_{0};
  std::binary_semaphore end_{0};
  std::thread thread_{[this] {
    tid_ = {static_cast<std::int32_t>(::syscall(SYS_gettid))};
    begun_.release();
    end_.acquire();
  }};
};

std::int64_t nice_of(const ProcFs& procfs, Pid tgid, Pid tid) {
  std::string buffer;
  return parse_stat(*procfs.thread_by_path(tgid, tid).read("stat", buffer))->nice;
}

// Raising a nice value cannot be undone without privilege: the process that is changed is a child.
TEST_CASE("a thread is reniced alone, a process with all its threads", "[sample]") {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto procfs = *ProcFs::open();
    const Pid self{::getpid()};
    const Waiting thread;
    std::string buffer;
    const auto start = [&](Pid tid) {
      return parse_stat(*procfs.thread_by_path(self, tid).read("stat", buffer))->starttime;
    };
    const auto first = nice_of(procfs, self, self);
    const ControlTarget of_thread{.tgid = self, .pid = thread.tid(), .start = start(thread.tid())};
    const auto one = change_nice(procfs, of_thread, {.value = 11});
    if (!one || one->threads != 1 || nice_of(procfs, self, thread.tid()) != 11) ::_exit(1);
    if (nice_of(procfs, self, self) != first) ::_exit(2);
    const ControlTarget of_process{.tgid = self, .pid = self, .start = start(self)};
    const auto all = change_nice(procfs, of_process, {.value = 13});
    if (!all || all->threads != 2 || nice_of(procfs, self, self) != 13) ::_exit(3);
    ::_exit(nice_of(procfs, self, thread.tid()) == 13 ? 0 : 4);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace pageloupe
