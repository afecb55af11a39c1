// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "cli/color.h"
#include "cli/message.h"
#include "cli/report_options.h"
#include "cli/rights.h"
#include "cli/tool.h"
#include "ptop/app.h"
#include "ptop/batch.h"
#include "ptop/describe.h"
#include "ptop/options.h"
#include "ptop/signals.h"
#include "render/describe.h"

namespace pageloupe::ptop {
namespace {

const std::string_view kTool = tool_name();

int list_columns() {
  Output output(STDOUT_FILENO);
  describe_columns(columns_of(process_fields()), Format::table, output, writer_options({}));
  return finish(kTool, output, kExitOk);
}

// What is recorded, or replayed; false after saying why it cannot be.
bool add_recording(const Request& request, AppOptions& options) {
  const Nanoseconds interval{static_cast<std::uint64_t>(request.settings.delay.count())};
  if (request.recording.record) {
    options.record = {
        .path = *request.recording.record, .limits = request.recording.limits, .interval = interval};
  }
  if (!request.recording.replay) return true;
  auto replay = ReplayFeed::open(
      *request.recording.replay,
      {.only = request.only, .window = {static_cast<std::uint64_t>(request.settings.window.count())}});
  if (!replay) complain(kTool, replay.error());
  if (!replay) return false;
  options.replay = std::move(*replay);
  options.at = request.recording.at;
  options.user = request.recorded_user;
  return true;
}

// Why the iterator cannot serve; empty: it can.
std::string_view scan_obstacle(const Request& request) {
  if (request.recording.replay) return "a recording is shown";
  if (!request.only.empty()) return "only some processes are watched";
  if (request.batch && request.settings.threads) return "it tells of no threads";
  return {};
}

// Until it is quit. Returns the exit code.
int show_on_screen(const ProcFs& procfs, const Request& request, std::shared_ptr<TaskScan> scan) {
  const auto style = writer_options({});
  AppOptions app_options{.settings = request.settings,
                         .only = request.only,
                         .filter = request.filter,
                         .uid = request.uid,
                         .other_users = request.other_users,
                         .readonly = request.readonly,
                         .count = request.count,
                         .utf8 = style.cell.text.utf8,
                         .proc_root = request.proc_root,
                         .scan = std::move(scan)};
  if (!add_recording(request, app_options)) return kExitNothing;
  app_options.color = wants_color(request.color, request.settings.color);
  forget_named_files();
  const TerminationSignals signals;
  auto screen = Screen::open({.color = app_options.color});
  if (!screen) {
    complain(kTool, screen.error());
    return kExitNothing;
  }
  std::string failure;
  int code = kExitOk;
  {
    App app(procfs, std::move(app_options), *screen);
    code = app.run(signals);
    failure = app.failure();
  }
  screen->leave();
  if (!failure.empty()) complain(kTool, failure);
  return code;
}

int run(std::span<char* const> arguments) {
  Options options;
  CommandLine line(about());
  add_options(line, options);
  if (const auto code = line.parse(arguments)) return *code;
  if (options.describe) {
    Output output(STDOUT_FILENO);
    return finish(kTool, output, describe(*options.describe, line, self_description(), output));
  }
  const auto guard = make_guard(kTool);
  const auto request = make_request(options, guard.get());
  if (!request) return fail_usage(kTool, request.error());
  if (request->list_columns) return list_columns();
  const auto procfs = open_procfs(kTool, request->proc_root, guard);
  if (!procfs) return kExitNothing;
  auto scan = open_scan(kTool, *procfs, request->scan, kWorthOften, scan_obstacle(*request));
  if (!scan) {
    complain(kTool, scan.error());
    return kExitNothing;
  }
  if (request->batch) {
    Output output(STDOUT_FILENO);
    return finish(kTool, output, run_batch(*procfs, *request, std::move(*scan), output));
  }
  return show_on_screen(*procfs, *request, std::move(*scan));
}

}  // namespace
}  // namespace pageloupe::ptop

int main(int argc, char** argv) {
  return pageloupe::run_tool(pageloupe::ptop::kTool, {argv, static_cast<std::size_t>(argc)},
                             pageloupe::ptop::run);
}
