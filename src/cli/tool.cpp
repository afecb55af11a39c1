// SPDX-License-Identifier: MIT
#include "cli/tool.h"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <new>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command_line.h"
#include "cli/message.h"
#include "cli/rights.h"

namespace pageloupe {
namespace {

constexpr std::string_view kLive = "/proc";

// A descriptor of the three that is closed would be taken by the next file that is opened, and messages would
// go there. What takes its place fails as a closed one does: it can be neither written to nor read from.
void hold_standard_descriptors() {
  for (const int fd : {0, 1, 2}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    if (::open("/dev/null", (fd == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC) < 0)
      (void)::open("/", O_PATH | O_CLOEXEC);  // of a machine without devices
  }
}

// A thread that hangs may hold what the end of a process waits for: the loader's lock, in a look-up of names.
int leave(int exit_code) {
  struct stat threads{};
  constexpr nlink_t kOneThread = 3;  // of the directory: itself, its parent, and each thread
  if (::stat("/proc/self/task", &threads) == 0 && threads.st_nlink > kOneThread) ::_exit(exit_code);
  return exit_code;
}

}  // namespace

int run_tool(std::string_view tool, std::span<char* const> arguments, int (*run)(std::span<char* const>)) {
  hold_standard_descriptors();
  if (!put_rights_aside()) {
    complain(tool, "cannot give up rights that it does not need");
    return kExitNothing;
  }
  // The locale decides what a terminal can show; numbers stay as programs read them.
  std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): before any thread
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that failed
  try {
    return leave(run(arguments));
  } catch (const std::bad_alloc&) {
    complain_of_no_memory(tool);
    return leave(kExitNothing);
  } catch (const std::exception& error) {
    complain(tool, error.what());
    return leave(kExitNothing);
  }
}

int fail_usage(std::string_view tool, const std::string& message) {
  complain(tool, message + "\nTry '" + std::string(tool) + " --help'.");
  return kExitUsage;
}

int finish(std::string_view tool, const Output& output, int exit_code) {
  if (output.error() == 0) return exit_code;
  if (output.error() == EPIPE) return kExitOk;
  complain(tool,
           std::string("cannot write: ") + std::strerror(output.error()));  // NOLINT(concurrency-mt-unsafe)
  return kExitNothing;
}

std::shared_ptr<Guard> make_guard(std::string_view tool) {
  return std::make_shared<Guard>(std::make_shared<Background>(), [name = std::string(tool)] {
    complain(name, "no thread can be started: a process that does not answer keeps it waiting");
  });
}

std::optional<ProcFs> open_procfs(std::string_view tool, const std::string& root,
                                  const std::shared_ptr<Guard>& guard) {
  if (root == kLive) take_rights_up();
  auto procfs = ProcFs::open(root);
  if (procfs) return procfs->guarded(guard);
  const bool missing = procfs.error().code == Errc::gone;
  complain(tool,
           "'" + root + "': " + (missing ? "no such directory" : std::string(reason(procfs.error().code))));
  return std::nullopt;
}

}  // namespace pageloupe
