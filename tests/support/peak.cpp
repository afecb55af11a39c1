// SPDX-License-Identifier: MIT
// Runs a command and says on standard error how large its resident set became: peak COMMAND…
//
// It is small itself: the figure includes what the process was before it became the command.
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(argv[1], argv + 1);
    std::perror(argv[1]);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) return 2;
  std::fprintf(stderr, "peak_kib %ld\n", usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
