// SPDX-License-Identifier: MIT
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstring>
#include <exception>
#include <unistd.h>

#include "cli/message.h"
#include "cli/run_info.h"
#include "field/process_fields.h"
#include "pstat/arguments.h"
#include "pstat/describe.h"
#include "pstat/listing.h"
#include "pstat/memory_truth.h"
#include "pstat/ps_syntax.h"
#include "render/describe.h"

namespace pageloupe::pstat {
namespace {

int fail_usage(const std::string& message) {
  complain("pstat", message + "\nTry 'pstat --help'.");
  return kExitUsage;
}

// What is left to say once all is written: a reader that went away is no failure.
int finish(const Output& output, int exit_code) {
  if (output.error() == 0) return exit_code;
  if (output.error() == EPIPE) return kExitOk;
  complain("pstat",
           std::string("cannot write: ") + std::strerror(output.error()));  // NOLINT(concurrency-mt-unsafe)
  return kExitNothing;
}

// The arguments with what ps users type rewritten, the name of the tool first.
std::expected<std::vector<std::string>, std::string> rewritten(std::span<char* const> arguments) {
  const std::vector<std::string> given(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  const auto accounts = system_accounts();
  auto own = rewrite_ps_syntax(
      given, [&](std::string_view name) { return accounts.user(std::string(name)).has_value(); });
  if (own) own->insert(own->begin(), "pstat");
  return own;
}

int answer(const Request& request, const ProcFs& procfs, Output& output) {
  if (request.cow) return show_cow(request, procfs, output);
  if (request.footprint) return show_footprint(request, procfs, output);
  return show_listing(request, procfs, output);
}

int run(std::span<char* const> arguments) {
  auto words = rewritten(arguments);
  if (!words) return fail_usage(words.error());
  std::vector<char*> pointers;
  for (auto& word : *words) pointers.push_back(word.data());

  Options options;
  CommandLine line(about());
  add_options(line, options);
  if (const auto code = line.parse(pointers)) return *code;
  Output output(STDOUT_FILENO);
  if (options.describe) return finish(output, describe(*options.describe, line, output));
  const auto request = make_request(options);
  if (!request) return fail_usage(request.error());
  if (request->list_columns) {
    auto style = request->writer;
    style.fixed_widths = false;
    describe_columns(columns_of(process_fields()), request->format, output, style);
    return finish(output, kExitOk);
  }
  const auto procfs = ProcFs::open(request->proc_root);
  if (!procfs) {
    complain("pstat", request->proc_root + ": " +
                          (procfs.error().code == Errc::gone ? "no such directory"
                                                             : std::string(reason(procfs.error().code))));
    return kExitNothing;
  }
  return finish(output, answer(*request, *procfs, output));
}

}  // namespace
}  // namespace pageloupe::pstat

int main(int argc, char** argv) {
  // The locale decides what a terminal can show; numbers stay as programs read them.
  std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): before any thread
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return pageloupe::pstat::run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    pageloupe::complain("pstat", error.what());
    return pageloupe::kExitNothing;
  }
}
