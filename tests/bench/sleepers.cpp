// SPDX-License-Identifier: MIT
// Many processes that do nothing: sleepers COUNT. Prints "ready", ends them when its standard input closes.
#include <cstdio>
#include <cstdlib>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 1000;
  ::setpgid(0, 0);
  const pid_t parent = ::getpid();
  for (long i = 0; i < count; ++i) {
    const pid_t child = ::fork();
    if (child < 0) break;
    if (child != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return 0;
    for (;;) ::pause();
  }
  std::puts("ready");
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) {
  }
  ::signal(SIGTERM, SIG_IGN);
  ::kill(0, SIGKILL);
}
