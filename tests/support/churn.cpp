// SPDX-License-Identifier: MIT
// Processes that come and go: churn RATE lets so many be born each second, each of which lives for a few
// milliseconds. Prints "ready", goes on until its standard input closes.
//
// They share its memory, as after vfork: to copy its page tables takes a millisecond on some virtual
// machines.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>
#include <time.h>
#include <unistd.h>

namespace {

constexpr long kPauses = 100;  // a second
constexpr std::array<timespec, 1> kLife{{{.tv_sec = 0, .tv_nsec = 20'000'000}}};
constexpr std::size_t kStacks = 4096;  // of those that live at one time, and more
struct alignas(4096) Stack {
  std::array<std::byte, 8192> bytes;
};

// Nothing of the C library that keeps state: its state is the parent's.
int live(void*) {
  ::syscall(SYS_prctl, PR_SET_NAME, "mayfly", 0, 0, 0);
  ::syscall(SYS_nanosleep, kLife.data(), nullptr);
  ::syscall(SYS_exit, 0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const long rate = argc > 1 ? std::atol(argv[1]) : 3000;
  static std::array<Stack, kStacks> stacks;
  std::size_t born = 0;
  ::signal(SIGCHLD, SIG_IGN);  // nobody waits for them
  std::puts("ready");
  std::fflush(stdout);
  auto next = std::chrono::steady_clock::now();
  for (pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}; ::poll(&input, 1, 0) == 0;) {
    for (long i = 0; i < rate / kPauses; ++i) {
      auto& stack = stacks[born++ % kStacks];
      ::clone(live, stack.bytes.data() + stack.bytes.size(), CLONE_VM | SIGCHLD, nullptr);
    }
    next += std::chrono::milliseconds(1000 / kPauses);
    std::this_thread::sleep_until(next);
  }
}
