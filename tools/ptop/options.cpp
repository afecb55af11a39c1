// SPDX-License-Identifier: MIT
#include "ptop/options.h"

#include <algorithm>
#include <array>
#include <pwd.h>

#include "base/text.h"
#include "cli/message.h"
#include "cli/output_width.h"
#include "cli/report_options.h"
#include "ptop/describe.h"

namespace pageloupe::ptop {
namespace {

std::optional<std::uint32_t> look_up(const std::string& name) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->pw_uid;
}

// Errors: a message for the user.
std::expected<std::uint32_t, std::string> find_user(const std::string& name, Guard* guard) {
  if (const auto uid = to_number<std::uint32_t>(name)) return *uid;
  const auto ask = [name]() -> Result<std::optional<std::uint32_t>> { return look_up(name); };
  const auto uid = guard != nullptr ? guard->ask({"names"}, ask) : ask();
  if (!uid)
    return std::unexpected("the service of names does not answer: give the number of user '" +
                           one_line(name) + "'");
  if (!*uid) return std::unexpected("there is no user '" + one_line(name) + "'");
  return **uid;
}

std::expected<void, std::string> add_pids(const std::string& list, std::vector<Pid>& to) {
  std::string_view rest = list;
  while (!rest.empty()) {
    const auto word = take_until(rest, ',');
    const auto pid = to_number<std::int32_t>(word);
    if (!pid || *pid <= 0) return std::unexpected("'" + one_line(word) + "' is no process ID");
    to.push_back({*pid});
  }
  return {};
}

bool same_heading(std::string_view a, std::string_view b) {
  constexpr auto kLower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, kLower, kLower);
}

// As in top: a heading of what is shown; also any column's name.
std::expected<void, std::string> set_order(std::string_view order, Settings& settings) {
  const bool ascending = order.starts_with('-');
  if (ascending || order.starts_with('+')) order.remove_prefix(1);
  const auto columns = resolve_columns(settings.shown().columns, {});
  const Field<ProcessRow>* field = nullptr;
  for (const auto& shown : *columns) {
    if (field == nullptr && same_heading(shown.header, order)) field = shown.field;
  }
  if (field == nullptr) {
    const auto found = resolve_sort(order, {});
    if (!found) return std::unexpected(found.error());
    field = *found;
  }
  settings.shown().sort = std::string(ascending ? "" : "-") + std::string(field->column.name);
  return {};
}

std::expected<void, std::string> set_batch(const Options& options, Request& request) {
  const auto format = chosen_format({.format = options.format, .json = options.json});
  if (!format) return std::unexpected(format.error());
  request.format = *format;
  request.batch = options.batch || options.json || options.format;
  if (request.batch && options.settings.scale.empty()) request.settings.scale = MemoryScale::kib;
  if (options.width && !request.batch) return std::unexpected("-w is of batch mode: -b");
  constexpr std::size_t kUsual = 80;
  constexpr std::size_t kWide = 512;  // what top has at most
  request.width = output_width().value_or(options.width ? kWide : kUsual);
  if (!options.width || options.width->empty()) return {};
  const auto width = to_number<std::uint16_t>(*options.width);
  if (!width || *width == 0)
    return std::unexpected("'" + one_line(*options.width) + "' is no width of lines");
  request.width = *width;
  return {};
}

// Examples with the name that they are to be typed by.
std::string under_name(std::string_view examples) {
  constexpr std::string_view kName = "ptop";
  std::string text;
  for (auto at = examples.find(kName); at != std::string_view::npos; at = examples.find(kName)) {
    text += std::string(examples.substr(0, at)) + std::string(tool_name());
    examples.remove_prefix(at + kName.size());
  }
  return text + std::string(examples);
}

}  // namespace

CommandLine::About about() {
  return {.tool = std::string(tool_name()),
          .summary = "The live monitor of processes: what they do, and where their memory is and grows.",
          .synopsis = "[OPTION]...",
          .examples = under_name(
              "  ptop                                   all processes; h shows the keys\n"
              "  ptop --set growth                      who grows, and how fast\n"
              "  ptop -u www-data --filter 'rss > 100M' one user's large processes\n"
              "  ptop -p 812,813 -d 0.5                 two processes, twice a second\n"
              "  ptop -b -n 1 -o RES -w                 once, as text, for a file or a script\n"
              "  ptop --set growth --format jsonl -d 60 what grows, every minute, for a program\n")};
}

void add_options(CommandLine& line, Options& options) {
  line.section("Processes");
  line.texts("-p,--pid", "LIST", options.pids, "these processes and no others");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.text("-u,--user", "USER", options.user, "this user's processes; '!' before it: all but these");
  line.text("--filter", "EXPR", options.filter, "those that match: 'rss > 100M and comm ~ python'");
  add_setting_options(line, options.settings);
  line.section("Running");
  line.text("-n,--iterations", "COUNT", options.count, "end after that many refreshes");
  line.flag("-s,--readonly", options.readonly, "no signals, no nice values");
  line.text("--color", "WHEN", options.color,
            "auto (without, where NO_COLOR is set), always or never, whatever was saved");
  line.offers({.offer = Offer::words, .words = names_in(kColorNames, &ColorName::name)});
  line.settings_file("--settings", settings_path().value_or(""),
                     "settings from this file, not from where W saves them");
  line.text("--proc-root", "DIR", options.proc_root, "look at this directory instead of /proc");
  add_scan_options(line, options.scan);
  line.flag("--columns", options.list_columns, "list the columns there are, and end");
  line.section("Batch mode");
  line.flag("-b,--batch", options.batch, "print frames one after another, as top -b does");
  line.text("-o,--order", "[+-]COLUMN", options.order,
            "sort by this column, by its name or heading: high to low, with '-' low to high");
  line.optional_text("-w,--width", "[COLUMNS]", options.width,
                     "the width of lines (COLUMNS or 80; without a number: COLUMNS or 512)");
  line.flag("-J,--json", options.json, "one JSON document with a sample for each frame");
  line.text("--format", "FORMAT", options.format, "table, json, jsonl (a line for each row) or csv");
  add_recording_options(line, options.recording);
  add_describe_option(line, options.describe, topics());
}

std::expected<Request, std::string> make_request(const Options& options, Guard* guard) {
  auto recording = make_recording_request(options.recording);
  if (!recording) return std::unexpected(recording.error());
  Request request{.recording = std::move(*recording),
                  .readonly = options.readonly,
                  .list_columns = options.list_columns,
                  .proc_root = options.proc_root};
  const auto scan = make_scan_request(options.scan);
  if (!scan) return std::unexpected(scan.error());
  request.scan = *scan;
  const auto color = parse_color_when(options.color);
  if (!color) return std::unexpected(color.error());
  if (*color == ColorWhen::always && (options.batch || options.json || options.format))
    return std::unexpected("batch mode has no colours");
  request.color = *color;
  auto settings = make_settings(options.settings);
  if (!settings) return std::unexpected(settings.error());
  request.settings = std::move(*settings);
  for (const auto& list : options.pids) {
    if (const auto added = add_pids(list, request.only); !added) return std::unexpected(added.error());
  }
  if (options.user) {
    request.other_users = options.user->starts_with('!');
    const auto name = options.user->substr(request.other_users ? 1 : 0);
    // Of a recording's users only the recording knows.
    if (request.recording.replay && !to_number<std::uint32_t>(name)) request.recorded_user = name;
    const auto uid = request.recorded_user ? 0 : find_user(name, guard);
    if (!uid) return std::unexpected(uid.error());
    if (!request.recorded_user) request.uid = *uid;
  }
  if (options.filter) {
    const auto filter = Filter::parse(*options.filter, columns_of(process_fields()));
    if (!filter) return std::unexpected(filter_error_message(*options.filter, filter.error()));
    request.filter = options.filter;
  }
  if (options.order) {
    if (const auto done = set_order(*options.order, request.settings); !done)
      return std::unexpected(done.error());
  }
  if (const auto done = set_batch(options, request); !done) return std::unexpected(done.error());
  if (request.batch && (request.recording.record || request.recording.replay))
    return std::unexpected("batch mode has no recordings: pstat records and replays without a screen");
  if (options.count) {
    request.count = to_number<std::uint64_t>(*options.count);
    if (!request.count || *request.count == 0)
      return std::unexpected("'" + one_line(*options.count) + "' is no number of refreshes");
  }
  return request;
}

}  // namespace pageloupe::ptop
