// SPDX-License-Identifier: MIT
#include "support/family.h"

#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace pageloupe {
namespace {

constexpr std::size_t kPage = 4096;

[[noreturn]] void give_up(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// Says that this process is ready, and waits to be killed.
[[noreturn]] void report_and_pause(int pipe) {
  const auto pid = ::getpid();
  if (::write(pipe, &pid, sizeof(pid)) != sizeof(pid)) ::_exit(1);
  for (;;) ::pause();
}

// Dies with its parent, also where that was quicker.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
}

[[noreturn]] void run_child(const std::function<void()>& body, pid_t parent, int pipe) {
  die_with(parent);
  body();
  report_and_pause(pipe);
}

// Keeps the frames that the test had at the fork: they stay shared with outsiders, whatever the test writes.
void leave_keeper() {
  const auto parent = ::getpid();
  if (::fork() != 0) return;
  die_with(parent);
  for (;;) ::pause();
}

// Children one after the other, so that their order is known.
[[noreturn]] void run_parent(pid_t test, const std::function<void()>& prepare,
                             const std::vector<std::function<void()>>& children, int to_test) {
  die_with(test);
  leave_keeper();
  prepare();
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) ::_exit(1);
  const auto self = ::getpid();
  std::vector<pid_t> pids(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (::fork() == 0) run_child(children[i], self, pipe[1]);
    if (::read(pipe[0], &pids[i], sizeof(pid_t)) != sizeof(pid_t)) ::_exit(1);
  }
  for (const auto pid : pids) {
    if (::write(to_test, &pid, sizeof(pid)) != sizeof(pid)) ::_exit(1);
  }
  report_and_pause(to_test);
}

}  // namespace

Family::Family(const std::function<void()>& prepare, const std::vector<std::function<void()>>& children)
    : pids_(1 + children.size()) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) give_up("pipe2");
  const UniqueFd from_parent(pipe[0]);
  UniqueFd to_test(pipe[1]);
  const auto test = ::getpid();
  const auto parent = ::fork();
  if (parent == 0) run_parent(test, prepare, children, to_test.get());
  if (parent < 0) give_up("fork");
  to_test.reset();
  pids_.front() = parent;
  for (std::size_t i = 0; i <= children.size(); ++i) {
    auto& pid = pids_[i < children.size() ? i + 1 : 0];
    if (::read(from_parent.get(), &pid, sizeof(pid)) != sizeof(pid)) give_up("read");
  }
}

Family::~Family() {
  for (auto pid = pids_.rbegin(); pid != pids_.rend(); ++pid) {
    if (*pid > 0) ::kill(*pid, SIGKILL);
  }
  ::waitpid(parent(), nullptr, 0);
}

PidDirs::PidDirs(const std::vector<pid_t>& pids) {
  const auto procfs = ProcFs::open();
  for (const auto pid : pids) {
    auto dir = procfs->pid(Pid{pid});
    if (!dir) give_up("ProcFs::pid");
    dirs_.push_back(std::move(*dir));
  }
  for (const auto& dir : dirs_) pointers_.push_back(&dir);
}

char* map_memory(std::size_t size, int flags) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) give_up("mmap");
  ::madvise(memory, size, MADV_NOHUGEPAGE);
  return static_cast<char*>(memory);
}

void write_pages(char* memory, std::size_t size) {
  for (std::size_t at = 0; at < size; at += kPage) *static_cast<volatile char*>(memory + at) = 1;
}

void read_pages(const char* memory, std::size_t size) {
  for (std::size_t at = 0; at < size; at += kPage) {
    [[maybe_unused]] const char byte = *static_cast<const volatile char*>(memory + at);
  }
}

bool as_nobody(const std::function<bool()>& check) {
  constexpr uid_t kNobody = 65534;
  const auto child = ::fork();
  if (child < 0) give_up("fork");
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(2);
    ::prctl(PR_SET_DUMPABLE, 1);  // its own files below /proc are its own again
    ::_exit(check() ? 0 : 1);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) give_up("waitpid");
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool can_read_frames() {
  if (::access("/proc/kpagecount", R_OK) == 0 && ::geteuid() == 0) return true;
  std::cerr << "skipped: frame numbers need root and CONFIG_PROC_PAGE_MONITOR\n";
  return false;
}

}  // namespace pageloupe
