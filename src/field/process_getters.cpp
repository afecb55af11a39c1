// SPDX-License-Identifier: MIT
#include "field/process_getters.h"

#include <algorithm>
#include <sched.h>

#include "sample/tty.h"

namespace pageloupe::getters {
namespace {

bool is_zombie(const PidStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

Cell<Nanoseconds> total_cpu(const Process& process, const SystemFacts& system) {
  if (!process.stat) return std::unexpected(process.stat.error());
  return system.duration(process.stat->utime + process.stat->stime);
}

Cell<Percent> share_of_life(const ProcessRow& row, Nanoseconds used) {
  const auto lived = elapsed(row);
  if (!lived) return std::unexpected(lived.error());
  if (lived->value == 0) return Percent{0.0};
  return Percent{100.0 * static_cast<double>(used.value) / static_cast<double>(lived->value)};
}

Cell<std::uint64_t> whole_seconds(const Cell<Nanoseconds>& time) {
  return time ? Cell<std::uint64_t>(time->value / 1'000'000'000) : std::unexpected(time.error());
}

}  // namespace

Cell<std::string_view> comm(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return stat->comm.view();
}

Cell<std::string_view> short_comm(const ProcessRow& row) {
  const auto whole = comm(row);
  return whole ? Cell<std::string_view>(first_characters(*whole, 8)) : whole;
}

Cell<std::string_view> args(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  const auto& cmdline = row.process.cmdline;
  if (stat && is_zombie(*stat)) return row.pool.keep("[" + std::string(stat->comm.view()) + "] <defunct>");
  if (!cmdline) return std::unexpected(cmdline.error());
  if (!cmdline->empty()) return std::string_view(*cmdline);
  if (!stat) return std::unexpected(stat.error());
  return row.pool.keep("[" + std::string(stat->comm.view()) + "]");
}

Cell<std::string_view> state(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return std::string_view(&stat->state, 1);
}

Cell<std::string_view> stat_letters(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  std::string letters(1, stat->state);
  if (stat->nice < 0) letters += '<';
  if (stat->nice > 0) letters += 'N';
  // Of a thread too, though the locked memory itself stands with its process.
  const auto& status = row.process.status;
  if (status && status->values[StatusKey::vm_lck].value_or(0) != 0) letters += 'L';
  if (stat->session == row.process.tgid.value) letters += 's';
  if (stat->num_threads > 1) letters += 'l';
  if (stat->tpgid != -1 && stat->pgrp == stat->tpgid) letters += '+';
  return row.pool.keep(letters);
}

Cell<std::string_view> tty(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  if (stat->tty_nr == 0) return "?";
  return row.pool.keep(tty_name(stat->tty_nr));
}

Cell<std::string_view> wchan(const ProcessRow& row) {
  const auto& symbol = row.process.wchan;
  if (!symbol) return std::unexpected(symbol.error());
  if (symbol->empty() || *symbol == "0") return "-";
  // As ps shows it: without the marks that a compiler or a calling convention puts in front.
  const std::string_view name = *symbol;
  return name.substr(std::min(name.find_first_not_of("._"), name.size() - 1));
}

Cell<std::string_view> scheduling_class(const ProcessRow& row) {
  // By the number of the policy in sched.h.
  constexpr auto kNames =
      std::to_array<std::string_view>({"TS", "FF", "RR", "B", "ISO", "IDL", "DLN", "EXT"});
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return stat->policy < kNames.size() ? kNames[stat->policy] : "?";
}

Cell<std::uint64_t> uid(const ProcessRow& row, std::size_t which) {
  const auto& status = row.process.status;
  if (!status) return std::unexpected(status.error());
  return status->uid[which];
}
Cell<std::uint64_t> gid(const ProcessRow& row, std::size_t which) {
  const auto& status = row.process.status;
  if (!status) return std::unexpected(status.error());
  return status->gid[which];
}
Cell<std::string_view> user(const ProcessRow& row, std::size_t which) {
  const auto id = uid(row, which);
  if (!id) return std::unexpected(id.error());
  return row.names.user(static_cast<std::uint32_t>(*id));
}
Cell<std::string_view> group(const ProcessRow& row, std::size_t which) {
  const auto id = gid(row, which);
  if (!id) return std::unexpected(id.error());
  return row.names.group(static_cast<std::uint32_t>(*id));
}
Cell<std::string_view> group_list(const ProcessRow& row, std::size_t as_names) {
  const auto& status = row.process.status;
  if (!status) return std::unexpected(status.error());
  std::string list;
  std::string_view rest = status->groups;
  while (!skip_blanks(rest).empty()) {
    const auto number = take_word(rest);
    if (!list.empty()) list += ',';
    const auto id = as_names != 0 ? to_number<std::uint32_t>(number) : std::nullopt;
    list += id ? row.names.group(*id) : number;
  }
  return list.empty() ? Cell<std::string_view>(kNotApplicable) : row.pool.keep(list);
}
Cell<std::uint64_t> owner_uid(const ProcessRow& row) {
  const auto& owner = row.process.owner;
  if (!owner) return std::unexpected(owner.error());
  return owner->uid;
}
Cell<std::string_view> owner_user(const ProcessRow& row) {
  const auto id = owner_uid(row);
  if (!id) return std::unexpected(id.error());
  return row.names.user(static_cast<std::uint32_t>(*id));
}

Cell<std::string_view> cgroup(const ProcessRow& row) {
  const auto& paths = row.process.cgroup;
  if (!paths) return std::unexpected(paths.error());
  return std::string_view(paths->path);
}
Cell<std::string_view> container(const ProcessRow& row) {
  const auto path = cgroup(row);
  if (!path) return path;
  const auto id = container_id(*path);
  return id.empty() ? Cell<std::string_view>(kNotApplicable) : id;
}
Cell<std::string_view> cgroup_part(const ProcessRow& row, std::size_t part) {
  const auto path = cgroup(row);
  if (!path) return path;
  const auto name =
      static_cast<CgroupPart>(part) == CgroupPart::unit ? systemd_unit(*path) : systemd_slice(*path);
  return name.empty() ? Cell<std::string_view>(kNotApplicable) : name;
}
Cell<std::uint64_t> namespace_number(const ProcessRow& row, std::size_t which) {
  const auto& number = row.process.namespaces[which];
  if (!number) return std::unexpected(number.error());
  return *number;
}
Cell<Address> signal_set(const ProcessRow& row, std::size_t key) {
  const auto set = status_number(row, key);
  return set ? Cell<Address>(Address{*set}) : std::unexpected(set.error());
}
Cell<std::string_view> security_label(const ProcessRow& row) {
  const auto label = text_slot<&Process::security>(row);
  if (!label && label.error() == Errc::unsupported) return kNotApplicable;
  return label && label->empty() ? Cell<std::string_view>(kNotApplicable) : label;
}
Cell<std::string_view> ns_pid(const ProcessRow& row) {
  const auto& status = row.process.status;
  if (!status) return std::unexpected(status.error());
  if (status->ns_pid.empty()) return std::unexpected(Errc::unsupported);
  std::string pids = status->ns_pid;
  std::ranges::replace(pids, '\t', ' ');
  return row.pool.keep(pids);
}

Cell<Timestamp> start(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  if (row.system.boot.value == 0) return std::unexpected(Errc::unsupported);
  return Timestamp{row.system.boot.value + row.system.duration(stat->starttime).value};
}

Cell<Nanoseconds> elapsed(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  const auto started = row.system.duration(stat->starttime);
  return started < row.system.uptime ? row.system.uptime - started : Nanoseconds{};
}

Cell<Nanoseconds> cpu_time(const ProcessRow& row) { return total_cpu(row.process, row.system); }

Cell<Percent> lifetime_cpu(const ProcessRow& row) {
  const auto used = cpu_time(row);
  return used ? share_of_life(row, *used) : std::unexpected(used.error());
}

Cell<std::uint64_t> lifetime_cpu_whole(const ProcessRow& row) {
  const auto share = lifetime_cpu(row);
  if (!share) return std::unexpected(share.error());
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(share->value), 99);
}
Cell<std::uint64_t> lifetime_cpu_tenths(const ProcessRow& row) {
  const auto share = lifetime_cpu(row);
  if (!share) return std::unexpected(share.error());
  return static_cast<std::uint64_t>(share->value * 10);
}
Cell<Percent> family_cpu(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return share_of_life(row, row.system.duration(stat->utime + stat->stime + stat->cutime + stat->cstime));
}
Cell<std::uint64_t> elapsed_seconds(const ProcessRow& row) { return whole_seconds(elapsed(row)); }
Cell<std::uint64_t> cpu_seconds(const ProcessRow& row) { return whole_seconds(cpu_time(row)); }

Cell<Percent> interval_cpu(const ProcessRow& row) {
  const auto now = total_cpu(row.process, row.system);
  if (!now) return std::unexpected(now.error());
  if (row.before == nullptr || row.seconds <= 0) return std::unexpected(Errc::no_previous);
  const auto before = total_cpu(*row.before, row.system);
  if (!before) return std::unexpected(before.error());
  const auto grown = *now > *before ? *now - *before : Nanoseconds{};
  return Percent{static_cast<double>(grown.value) / 1e7 / row.seconds};
}

Cell<std::int64_t> shifted_priority(const ProcessRow& row, std::size_t scale) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  const auto priority = stat->priority;
  switch (static_cast<PriorityScale>(scale)) {
    case PriorityScale::pri: return 39 - priority;
    case PriorityScale::opri: return 60 + priority;
    case PriorityScale::pri_foo: return priority - 20;
    case PriorityScale::pri_bar: return priority + 1;
    case PriorityScale::pri_baz: return priority + 100;
    case PriorityScale::pri_api: return -1 - priority;
  }
  std::unreachable();
}

Cell<std::int64_t> nice_value(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  const bool real_time =
      stat->policy == SCHED_FIFO || stat->policy == SCHED_RR || stat->policy == 6;  // deadline
  return real_time ? Cell<std::int64_t>(kNotApplicable) : Cell<std::int64_t>(stat->nice);
}

Cell<std::uint64_t> ps_flags(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return stat->flags >> 6 & 7;
}

Cell<Address> no_address(const ProcessRow& /*row*/) { return kNotApplicable; }

Cell<std::uint64_t> realtime_priority(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return stat->rt_priority != 0 ? Cell<std::uint64_t>(stat->rt_priority)
                                : Cell<std::uint64_t>(kNotApplicable);
}

}  // namespace pageloupe::getters
