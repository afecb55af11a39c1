// SPDX-License-Identifier: MIT
// Processes that come and go: churn RATE lets so many be born each second, each of which lives for a few
// milliseconds. Prints "ready", goes on until its standard input closes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>

int main(int argc, char** argv) {
  const long rate = argc > 1 ? std::atol(argv[1]) : 3000;
  constexpr long kPauses = 100;  // a second
  constexpr std::chrono::milliseconds kLife{20};
  ::signal(SIGCHLD, SIG_IGN);  // nobody waits for them
  std::puts("ready");
  std::fflush(stdout);
  auto next = std::chrono::steady_clock::now();
  for (pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}; ::poll(&input, 1, 0) == 0;) {
    for (long i = 0; i < rate / kPauses; ++i) {
      if (::fork() != 0) continue;
      ::prctl(PR_SET_NAME, "mayfly");
      std::this_thread::sleep_for(kLife);
      ::_exit(0);
    }
    next += std::chrono::milliseconds(1000 / kPauses);
    std::this_thread::sleep_until(next);
  }
}
