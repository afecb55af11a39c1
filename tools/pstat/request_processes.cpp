// SPDX-License-Identifier: MIT
#include "pstat/lists.h"
#include "pstat/request_parts.h"

namespace pageloupe::pstat {
namespace {

// -g: sessions, where all items are numbers; effective groups otherwise.
Checked parse_sessions_or_groups(SelectionLists& lists, Lists given, const Accounts& accounts) {
  for (const auto& list : given) {
    const auto one = Lists(&list, 1);
    if (auto sessions = parse_ids(one)) {
      if (const auto added = append(lists.sessions, std::move(sessions)); !added) return added;
    } else if (const auto added = append(lists.effective_groups, parse_groups(one, accounts)); !added) {
      return std::unexpected("-g takes sessions or effective groups: " + added.error());
    }
  }
  return {};
}

std::expected<SelectionLists, std::string> parse_lists(const Options& options, const Accounts& accounts) {
  SelectionLists lists;
  lists.own_tty = options.own_tty;
  const auto parsed = all_of({
      append(lists.pids, parse_pids(options.operands)),
      append(lists.pids, parse_pids(options.pids)),
      append(lists.quick_pids, parse_pids(options.quick_pids)),
      append(lists.ppids, parse_pids(options.ppids)),
      append(lists.groups, parse_ids(options.process_groups)),
      append(lists.sessions, parse_ids(options.sessions)),
      append(lists.commands, parse_names(options.commands)),
      append(lists.effective_users, parse_users(options.users, accounts)),
      append(lists.real_users, parse_users(options.real_users, accounts)),
      append(lists.effective_groups, parse_groups(options.groups, accounts)),
      append(lists.real_groups, parse_groups(options.real_groups, accounts)),
      append(lists.ttys, parse_ttys(options.ttys, accounts)),
      parse_sessions_or_groups(lists, options.sessions_or_groups, accounts),
  });
  if (!parsed) return std::unexpected(parsed.error());
  return lists;
}

// -q stands alone: what it names is what is shown, in that order.
bool quick_conflicts(const SimpleChoice& simple, const SelectionLists& lists) {
  if (lists.quick_pids.empty()) return false;
  auto others = lists;
  others.quick_pids.clear();
  return has_rule(simple) || simple.negated || !others.empty();
}

// What is about many processes shows all of them, where none are selected.
bool shows_all_by_default(const Options& options) {
  return options.tree || options.group_by || options.recording.record || options.recording.replay ||
         options.report.proc_root != ReportOptions{}.proc_root;
}

}  // namespace

bool has_rule(const SimpleChoice& simple) {
  return simple.everything || simple.others_on_ttys || simple.all_users || simple.without_tty;
}

std::expected<Selection, std::string> choose_processes(const Options& options, const Accounts& accounts) {
  auto lists = parse_lists(options, accounts);
  if (!lists) return std::unexpected(lists.error());
  SimpleChoice simple{.everything = options.every,
                      .others_on_ttys = options.with_tty,
                      .all_users = options.all_users,
                      .without_tty = options.without_tty,
                      .bsd = options.bsd,
                      .running = options.running,
                      .negated = options.negated};
  if (simple.others_on_ttys && !simple.everything && (simple.all_users || simple.without_tty)) {
    return std::unexpected("process selection options conflict: -a, and a or x of BSD");
  }
  if (quick_conflicts(simple, *lists)) {
    return std::unexpected("-q cannot be combined with other selection options");
  }
  const bool selected = has_rule(simple) || !lists->empty();
  if (options.footprint && !selected && !options.tree) {
    return std::unexpected("--footprint needs processes: PIDs, a selection, or --tree PID");
  }
  if (options.ipc && !selected && !options.tree) {
    return std::unexpected("--ipc needs processes: PIDs, a selection, or --tree PID");
  }
  if (!selected && shows_all_by_default(options)) simple.everything = true;
  return Selection(simple, std::move(*lists));
}

}  // namespace pageloupe::pstat
