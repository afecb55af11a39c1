// SPDX-License-Identifier: MIT
#include "pstat/selection.h"

#include <algorithm>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe::pstat {
namespace {

template <class T>
bool contains(const std::vector<T>& list, const T& item) {
  return std::ranges::find(list, item) != list.end();
}

// The kernel cuts comm to 15 bytes (TASK_COMM_LEN), so a longer name must match as a prefix.
bool same_command(std::string_view comm, std::string_view wanted) {
  constexpr std::size_t kCommMax = 15;
  return comm == wanted || (comm.size() == kCommMax && wanted.starts_with(comm));
}

bool is_leader(const PidStat& stat) { return stat.session == stat.pid.value; }
bool is_running(const PidStat& stat) { return stat.state == 'R' || stat.state == 'D'; }
bool is_own(const Process& process, const Self& self) {
  return process.owner && process.owner->uid == self.euid;
}

// The lists that look at stat.
bool in_stat_lists(const SelectionLists& lists, const PidStat& stat, const Self& self) {
  if (contains(lists.ppids, stat.ppid) || contains(lists.groups, stat.pgrp)) return true;
  if (contains(lists.sessions, stat.session) || contains(lists.ttys, stat.tty_nr)) return true;
  if (lists.own_tty && stat.tty_nr == self.tty_nr) return true;
  return std::ranges::any_of(lists.commands,
                             [&](const auto& command) { return same_command(stat.comm.view(), command); });
}

bool asks_stat(const SelectionLists& lists) {
  return !lists.ppids.empty() || !lists.groups.empty() || !lists.sessions.empty() || !lists.ttys.empty() ||
         !lists.commands.empty() || lists.own_tty;
}
bool asks_owner(const SelectionLists& lists) {
  return !lists.effective_users.empty() || !lists.effective_groups.empty();
}
bool asks_status(const SelectionLists& lists) {
  return !lists.real_users.empty() || !lists.real_groups.empty();
}
bool names_pids(const SelectionLists& lists) { return !lists.pids.empty() || !lists.quick_pids.empty(); }

bool chooses_all(const SimpleChoice& simple) {
  return simple.everything || (simple.all_users && simple.without_tty);
}

}  // namespace

Self current_self(const ProcFs& procfs) {
  Self self{.euid = ::geteuid()};
  std::string buffer;
  const auto text = procfs.read("self/stat", buffer);
  if (!text) return self;
  if (const auto stat = parse_stat(*text)) self.tty_nr = stat->tty_nr;
  return self;
}

bool SelectionLists::empty() const {
  return !names_pids(*this) && !asks_stat(*this) && !asks_owner(*this) && !asks_status(*this);
}

bool Selection::uses_rule() const {
  return simple_.everything || simple_.others_on_ttys || simple_.all_users || simple_.without_tty ||
         lists_.empty();
}

SourceSet Selection::needs() const {
  SourceSet files;
  if (simple_.running) files |= Source::stat;
  if (chooses_all(simple_)) return files;
  if (asks_stat(lists_)) files |= Source::stat;
  if (asks_owner(lists_)) files |= Source::owner;
  if (asks_status(lists_)) files |= Source::status;
  if (!uses_rule()) return files;
  if (simple_.without_tty) return files | Source::owner;
  if (simple_.others_on_ttys || simple_.all_users) return files | Source::stat;
  return files | (Source::owner | Source::stat);
}

std::optional<std::vector<Pid>> Selection::named_pids() const {
  if (keeps_order()) return lists_.quick_pids;
  const bool others = asks_stat(lists_) || asks_owner(lists_) || asks_status(lists_);
  if (lists_.pids.empty() || others || simple_.negated || uses_rule()) return std::nullopt;
  auto pids = lists_.pids;
  std::ranges::sort(pids);
  const auto repeated = std::ranges::unique(pids);
  pids.erase(repeated.begin(), repeated.end());
  return pids;
}

bool Selection::by_rule(const Process& process, const Self& self) const {
  if (chooses_all(simple_)) return true;
  if (simple_.without_tty) return is_own(process, self);
  if (!process.stat) return false;
  const bool has_tty = process.stat->tty_nr != 0;
  if (simple_.others_on_ttys) return has_tty && !is_leader(*process.stat);
  if (simple_.all_users) return has_tty;
  if (!is_own(process, self)) return false;
  return simple_.bsd ? has_tty : process.stat->tty_nr == self.tty_nr;
}

bool Selection::by_list(const Process& process, const Self& self) const {
  if (contains(lists_.pids, process.tgid) || contains(lists_.quick_pids, process.tgid)) return true;
  if (process.stat && in_stat_lists(lists_, *process.stat, self)) return true;
  if (process.owner && (contains(lists_.effective_users, process.owner->uid) ||
                        contains(lists_.effective_groups, process.owner->gid))) {
    return true;
  }
  return process.status && (contains(lists_.real_users, process.status->uid[0]) ||
                            contains(lists_.real_groups, process.status->gid[0]));
}

bool Selection::wants(const Process& process, const Self& self) const {
  bool chosen = (uses_rule() && by_rule(process, self)) || by_list(process, self);
  if (simple_.running && !(process.stat && is_running(*process.stat))) chosen = false;
  return chosen != simple_.negated;
}

}  // namespace pageloupe::pstat
