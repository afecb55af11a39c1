// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "perf/machine.h"
#include "ppmap/change_request.h"
#include "ppmap/cost_report.h"
#include "ppmap/describe.h"
#include "ppmap/diff_report.h"
#include "ppmap/explain_report.h"
#include "ppmap/faults_report.h"
#include "ppmap/limits_report.h"
#include "ppmap/map_report.h"
#include "ppmap/matrix_report.h"
#include "ppmap/options.h"
#include "ppmap/picture_report.h"
#include "ppmap/pmap_report.h"
#include "ppmap/record.h"
#include "ppmap/replay.h"
#include "ppmap/sharers_report.h"
#include "ppmap/watch_report.h"
#include "ppmap/wss_watch.h"
#include "render/describe.h"
#include "sample/descendants.h"

namespace pageloupe::ppmap {
namespace {

constexpr std::string_view kTool = "ppmap";

// pmap's exit codes, OR-ed over all processes of the command.
constexpr int kExitUnreadable = 1;
constexpr int kExitMissing = 42;

// Of what is no longer there to be measured.
std::unique_ptr<Report> make_past_report(const Request& request, const ProcFs& procfs, Output& output) {
  return request.view == View::map ? make_map_report(request, procfs, output)
                                   : make_pmap_report(request, output);
}

std::unique_ptr<Report> make_report(const Request& request, const ProcFs& procfs, Output& output) {
  switch (request.view) {
    case View::map: return make_map_report(request, procfs, output);
    case View::limits: return make_limits_report(request, procfs, output);
    case View::faults: return make_faults_report(request, output);
    case View::cost: return make_cost_report(request, output);
    case View::sharers: return make_sharers_report(request, procfs, output);
    case View::matrix: return make_matrix_report(request, procfs, output);
    case View::watch: return make_watch_report(request, procfs, output);
    case View::explain: return make_explain_report(request, procfs, output);
    case View::diff: break;  // which has two operands and one answer
    case View::picture: return make_picture_report(request, procfs, output);
    case View::extended:
    case View::device:
    case View::wide: return make_pmap_report(request, output);
  }
  std::unreachable();
}

// Shows each operand in turn; what cannot be shown is a problem, and a part of the exit code.
class Session {
 public:
  Session(const ProcFs& procfs, Report& report, bool says_absence)
      : procfs_(procfs), report_(report), says_absence_(says_absence) {}

  void show(const std::string& operand);
  void write_files();
  [[nodiscard]] int exit_code() const { return exit_code_; }
  [[nodiscard]] std::span<const Problem> problems() const { return problems_; }

 private:
  void note(Problem problem, int code);
  void note_error(Pid pid, const Error& error, const ProcessHead& head);
  void note_absence(const ProcessHead& head);

  const ProcFs& procfs_;
  Report& report_;
  bool says_absence_;  // what is printed itself says why a process has no map
  std::vector<Problem> problems_;
  int exit_code_ = kExitOk;
};

void Session::note(Problem problem, int code) {
  exit_code_ |= code;
  complain(kTool, problem.message);
  problems_.push_back(std::move(problem));
}

// No failure: pmap's exit code of such a process is 0.
void Session::note_absence(const ProcessHead& head) {
  Problem problem{head.pid.value, "maps", Errc::no_memory, std::to_string(head.pid.value) + ": "};
  problem.message += head.has_memory() ? kExiting : head.absence;
  if (!says_absence_) complain(kTool, problem.message);
  problems_.push_back(std::move(problem));
}

// Why page faults cannot be watched.
std::string no_faults(const Error& error) {
  const std::string message = "its page faults cannot be watched: ";
  if (error.code == Errc::denied) return message + "permission denied; " + perf::denied_help({});
  if (error.code == Errc::no_descriptors)
    return message +
           "two file descriptors for each thread and CPU are more than RLIMIT_NOFILE or memory allow";
  return message + std::string(reason(error.code));
}

void Session::note_error(Pid pid, const Error& error, const ProcessHead& head) {
  std::string message = std::to_string(pid.value) + ": ";
  if (error.file == kFaultEvents && error.code != Errc::gone)
    return note({pid.value, std::string(error.file), error.code, message + no_faults(error)},
                kExitUnreadable);
  if (error.file == kClearRefs && error.code != Errc::gone) {
    message += "its Referenced marks cannot be cleared: " + std::string(reason(error.code));
    if (error.code == Errc::denied) message += "; run as root";
    return note({pid.value, std::string(error.file), error.code, message}, kExitUnreadable);
  }
  switch (error.code) {
    case Errc::gone: message += "no such process"; break;
    case Errc::denied: message += denial(head); break;
    case Errc::malformed:
      message += "unexpected text in " + std::string(error.file) + ", record " + std::to_string(error.line);
      break;
    default:
      message += "cannot read " + std::string(error.file) + ": " + std::string(reason(error.code));
      break;
  }
  const bool missing = error.code == Errc::gone;
  note({pid.value, std::string(error.file), error.code, message}, missing ? kExitMissing : kExitUnreadable);
}

void Session::show(const std::string& operand) {
  const auto pid = parse_operand(operand, procfs_.root());
  if (!pid) return note({std::nullopt, operand, Errc::not_applicable, pid.error()}, kExitUnreadable);
  const auto process = open_process(procfs_, *pid);
  if (!process) return note_error(*pid, process.error(), {});
  const auto& head = process->head;
  if (!head.remark.empty()) complain(kTool, one_line(operand) + ": " + head.remark);
  if (head.command_hangs) {
    note_error(*pid, {.code = Errc::blocked, .file = "cmdline"}, head);
  }
  const auto shown = report_.show(*process);
  if (shown) return;
  if (shown.error().code == Errc::no_memory) return note_absence(head);
  note_error(*pid, shown.error(), head);
}

void Session::write_files() {
  for (auto& problem : report_.write_files()) note(std::move(problem), kExitUnreadable);
}

// With --tree the process and its descendants.
std::vector<std::string> operands_of(const Request& request, const Options& options, const ProcFs& procfs) {
  if (!request.tree) return options.operands;
  std::vector<std::string> operands;
  for (const auto pid : descendants(procfs, *request.tree)) operands.push_back(std::to_string(pid.value));
  return operands;
}

void list_columns(const Request& request, Output& output) {
  const bool of_changes = request.view == View::diff || request.view == View::watch;
  describe_columns(of_changes ? columns_of(change_fields(request.view)) : columns_of(request.fields),
                   request.format, output, request.writer);
}

// The exit code; 1 says that the maps differ, so failing to write is trouble.
int compare(const Request& request, std::span<const std::string> operands, const ProcFs& procfs,
            Output& output) {
  const RunInfo info(procfs, now_ns());
  const int code = run_diff(request, operands, {procfs, info.facts(), output});
  if (output.error() == 0) return code;
  return finish(kTool, output, code) == kExitOk ? kExitOk : kExitTrouble;
}

int show(const Request& request, std::span<const std::string> operands, const ProcFs& procfs,
         Output& output) {
  const auto report = make_report(request, procfs, output);
  const RunInfo info(procfs, now_ns());
  const bool by_rows = request.view != View::extended && request.view != View::device &&
                       request.view != View::wide && request.view != View::matrix;
  Session session(procfs, *report, by_rows && request.format != Format::csv);
  report->begin(info.facts());
  for (const auto& operand : operands) {
    // Nobody reads on: stop looking.
    if (output.error() != 0) break;
    session.show(operand);
  }
  session.write_files();
  report->end(session.problems());
  return finish(kTool, output, session.exit_code());
}

int run(std::span<char* const> arguments) {
  Options options;
  CommandLine line(about());
  add_options(line, options);
  if (const auto code = line.parse(arguments)) return *code;
  Output output(STDOUT_FILENO);
  if (options.describe)
    return finish(kTool, output, describe(*options.describe, line, self_description(), output));
  const auto request = make_request(options);
  if (!request) return fail_usage(kTool, request.error());
  if (options.report.list_columns) {
    list_columns(*request, output);
    return finish(kTool, output, kExitOk);
  }
  if (request->recording.replay) {
    const auto make = [&](const ProcFs& procfs) { return make_past_report(*request, procfs, output); };
    return finish(kTool, output, replay_maps(*request, options.operands, make));
  }
  if (options.operands.empty() && !request->tree)
    return fail_usage(kTool, "which process? Give a process ID");
  if (options.report.proc_root.empty()) return fail_usage(kTool, "option --proc-root needs DIR");
  const auto procfs = open_procfs(kTool, options.report.proc_root, make_guard(kTool));
  if (!procfs) return kExitNothing;
  if (request->recording.record) return record_maps(*request, options.operands, *procfs);
  return request->view == View::diff
             ? compare(*request, options.operands, *procfs, output)
             : show(*request, operands_of(*request, options, *procfs), *procfs, output);
}

}  // namespace
}  // namespace pageloupe::ppmap

int main(int argc, char** argv) {
  return pageloupe::run_tool(pageloupe::ppmap::kTool, {argv, static_cast<std::size_t>(argc)},
                             pageloupe::ppmap::run);
}
