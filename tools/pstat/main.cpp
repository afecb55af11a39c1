// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "cli/message.h"
#include "cli/tool.h"
#include "field/filter.h"
#include "field/process_fields.h"
#include "pstat/arguments.h"
#include "pstat/count_report.h"
#include "pstat/describe.h"
#include "pstat/export.h"
#include "pstat/ipc_report.h"
#include "pstat/listing.h"
#include "pstat/memory_truth.h"
#include "pstat/ps_syntax.h"
#include "pstat/record.h"
#include "pstat/replay_source.h"
#include "render/describe.h"

namespace pageloupe::pstat {
namespace {

constexpr std::string_view kTool = "pstat";

// The arguments with what ps users type rewritten, the name of the tool first.
std::expected<std::vector<std::string>, std::string> rewritten(std::span<char* const> arguments,
                                                               const Accounts& accounts) {
  const std::vector<std::string> given(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  auto own = rewrite_ps_syntax(
      given, [&](std::string_view name) { return accounts.user(std::string(name)).has_value(); });
  if (own) own->insert(own->begin(), "pstat");
  return own;
}

std::optional<std::string> wrong_filter(const Request& request) {
  if (!request.filter) return std::nullopt;
  const auto filter = Filter::parse(*request.filter, columns_of(process_fields()));
  return filter ? std::nullopt : std::optional(filter_error_message(*request.filter, filter.error()));
}

// With --count, the words behind "--" are a program and its arguments: taken off before they are looked at.
std::vector<std::string> take_program(std::span<char* const>& arguments) {
  const auto is_count = [](std::string_view word) {
    return word == "--count" || word.starts_with("--count=");
  };
  const auto end = std::ranges::find(arguments, std::string_view("--"));
  const std::span before(arguments.begin(), end);
  if (end == arguments.end() || std::ranges::none_of(before, is_count)) return {};
  std::vector<std::string> words(end + 1, arguments.end());
  arguments = before;
  return words;
}

int answer(const Request& request, const ProcFs& procfs, Output& output) {
  if (request.recording.record) return record_processes(request, procfs);
  if (request.format == Format::prometheus) return show_export(request, procfs, output);
  if (request.count) return show_count(request, procfs, output);
  if (request.cow) return show_cow(request, procfs, output);
  if (request.ipc) return show_ipc(request, procfs, output);
  if (request.footprint) return show_footprint(request, procfs, output);
  return show_listing(request, procfs, output);
}

// Names of users are those of the recording, so that it is opened before the request is made.
int replay(const Options& options, Output& output) {
  const auto recording = make_recording_request(options.recording);
  if (!recording) return fail_usage(kTool, recording.error());
  const auto reader = open_replay(*recording->replay, recording->at);
  if (!reader) {
    complain(kTool, reader.error());
    return kExitNothing;
  }
  const auto request = make_request(options, recorded_accounts((*reader)->sample()));
  if (!request) return fail_usage(kTool, request.error());
  if (const auto wrong = wrong_filter(*request)) return fail_usage(kTool, *wrong);
  return show_recording(*request, **reader, output);
}

int run(std::span<char* const> arguments) {
  auto program = take_program(arguments);
  const auto guard = make_guard(kTool);
  const auto accounts = system_accounts(guard);
  auto words = rewritten(arguments, accounts);
  if (!words) return fail_usage(kTool, words.error());
  std::vector<char*> pointers;
  for (auto& word : *words) pointers.push_back(word.data());

  Options options;
  CommandLine line(about());
  add_options(line, options);
  options.program = std::move(program);
  if (const auto code = line.parse(pointers)) return *code;
  Output output(STDOUT_FILENO);
  if (options.describe)
    return finish(kTool, output, describe(*options.describe, line, self_description(), output));
  if (options.recording.replay && !options.report.list_columns)
    return finish(kTool, output, replay(options, output));
  const auto request = make_request(options, accounts);
  if (!request) return fail_usage(kTool, request.error());
  if (request->list_columns) {
    auto style = request->writer;
    style.fixed_widths = false;
    describe_columns(columns_of(process_fields()), request->format, output, style);
    return finish(kTool, output, kExitOk);
  }
  if (const auto wrong = wrong_filter(*request)) return fail_usage(kTool, *wrong);
  const auto procfs = open_procfs(kTool, request->proc_root, guard);
  if (!procfs) return kExitNothing;
  return finish(kTool, output, answer(*request, *procfs, output));
}

}  // namespace
}  // namespace pageloupe::pstat

int main(int argc, char** argv) {
  return pageloupe::run_tool(pageloupe::pstat::kTool, {argv, static_cast<std::size_t>(argc)},
                             pageloupe::pstat::run);
}
