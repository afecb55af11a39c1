// SPDX-License-Identifier: MIT
#include "ptop/options.h"

#include <array>
#include <pwd.h>

#include "base/text.h"
#include "cli/message.h"
#include "cli/report_options.h"

namespace pageloupe::ptop {
namespace {

std::optional<std::uint32_t> find_user(const std::string& name) {
  if (const auto uid = to_number<std::uint32_t>(name)) return uid;
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->pw_uid;
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

}  // namespace

CommandLine::About about() {
  return {.tool = "ptop",
          .summary = "The live monitor of processes: what they do, and where their memory is and grows.",
          .synopsis = "[OPTION]...",
          .examples =
              "  ptop                                   all processes; h shows the keys\n"
              "  ptop --set growth                      who grows, and how fast\n"
              "  ptop -u www-data --filter 'rss > 100M' one user's large processes\n"
              "  ptop -p 812,813 -d 0.5                 two processes, twice a second\n"};
}

void add_options(CommandLine& line, Options& options) {
  line.section("Processes");
  line.texts("-p,--pid", "LIST", options.pids, "these processes and no others");
  line.text("-u,--user", "USER", options.user, "this user's processes; '!' before it: all but these");
  line.text("--filter", "EXPR", options.filter, "those that match: 'rss > 100M and comm ~ python'");
  add_setting_options(line, options.settings);
  line.section("Running");
  line.text("-n,--iterations", "COUNT", options.count, "end after that many refreshes");
  line.flag("-s,--readonly", options.readonly, "no signals, no nice values");
  line.flag("--columns", options.list_columns, "list the columns there are, and end");
  line.section("For the build of this program");
  line.text("--describe", "WHAT", options.describe,
            "print what the documentation is made of: options, keys, columns");
  line.section("Running");
  line.settings_file("--settings", settings_path().value_or(""),
                     "settings from this file, not from where W saves them");
  line.text("--proc-root", "DIR", options.proc_root, "look at this directory instead of /proc");
}

std::expected<Request, std::string> make_request(const Options& options) {
  Request request{
      .readonly = options.readonly, .list_columns = options.list_columns, .proc_root = options.proc_root};
  auto settings = make_settings(options.settings);
  if (!settings) return std::unexpected(settings.error());
  request.settings = std::move(*settings);
  for (const auto& list : options.pids) {
    if (const auto added = add_pids(list, request.only); !added) return std::unexpected(added.error());
  }
  if (options.user) {
    request.other_users = options.user->starts_with('!');
    request.uid = find_user(options.user->substr(request.other_users ? 1 : 0));
    if (!request.uid) return std::unexpected("there is no user '" + one_line(*options.user) + "'");
  }
  if (options.filter) {
    const auto filter = Filter::parse(*options.filter, columns_of(process_fields()));
    if (!filter) return std::unexpected(filter_error_message(*options.filter, filter.error()));
    request.filter = options.filter;
  }
  if (options.count) {
    request.count = to_number<std::uint64_t>(*options.count);
    if (!request.count || *request.count == 0)
      return std::unexpected("'" + one_line(*options.count) + "' is no number of refreshes");
  }
  return request;
}

}  // namespace pageloupe::ptop
