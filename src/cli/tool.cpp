// SPDX-License-Identifier: MIT
#include "cli/tool.h"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstring>
#include <exception>

#include "cli/command_line.h"
#include "cli/message.h"

namespace pageloupe {

int run_tool(std::string_view tool, std::span<char* const> arguments, int (*run)(std::span<char* const>)) {
  // The locale decides what a terminal can show; numbers stay as programs read them.
  std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): before any thread
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that failed
  try {
    return run(arguments);
  } catch (const std::exception& error) {
    complain(tool, error.what());
    return kExitNothing;
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

std::optional<ProcFs> open_procfs(std::string_view tool, const std::string& root) {
  auto procfs = ProcFs::open(root);
  if (procfs) return std::move(*procfs);
  const bool missing = procfs.error().code == Errc::gone;
  complain(tool,
           "'" + root + "': " + (missing ? "no such directory" : std::string(reason(procfs.error().code))));
  return std::nullopt;
}

}  // namespace pageloupe
