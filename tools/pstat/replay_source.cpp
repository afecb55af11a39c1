// SPDX-License-Identifier: MIT
#include "pstat/replay_source.h"

#include <algorithm>

#include "field/process_fields.h"
#include "record/feed.h"
#include "record/machine_facts.h"
#include "record/recording_info.h"
#include "record/when.h"
#include "sample/tree.h"

namespace pageloupe::pstat {
namespace {

std::optional<std::uint32_t> find_name(const std::map<std::uint32_t, std::string>& names,
                                       const std::string& name) {
  const auto found = std::ranges::find(names, name, [](const auto& entry) { return entry.second; });
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

std::vector<std::string> all_names(const std::map<std::uint32_t, std::string>& names) {
  std::vector<std::string> all;
  for (const auto& [id, name] : names) all.push_back(name);
  return all;
}

std::optional<Filter> parse_filter(const Request& request) {
  if (!request.filter) return std::nullopt;
  auto filter = Filter::parse(*request.filter, columns_of(process_fields()));
  return filter ? std::optional(std::move(*filter)) : std::nullopt;
}

// The recorder is not there to own anything: "own" processes are nobody's.
constexpr Self kNobody{.euid = 0xffffffff, .tty_nr = 0};

bool same_process(const RecordedProcess& a, const Process& b) {
  return a.process.stat && b.stat && a.process.stat->starttime == b.stat->starttime;
}

}  // namespace

Accounts recorded_accounts(const RecordedSample& sample) {
  auto accounts = system_accounts();
  accounts.user = [users = sample.users](const std::string& name) { return find_name(users, name); };
  accounts.group = [groups = sample.groups](const std::string& name) { return find_name(groups, name); };
  accounts.user_names = [users = sample.users] { return all_names(users); };
  accounts.group_names = [groups = sample.groups] { return all_names(groups); };
  return accounts;
}

ReplaySource::ReplaySource(RecordingReader& reader, const Request& request)
    : reader_(reader),
      request_(request),
      run_(reader.info().host, reader.info().boot_id, reader.sample().head.time.value),
      filter_(parse_filter(request)) {
  if (!reader_.back()) return;
  before_ = reader_.sample();
  std::ignore = reader_.next();
}

SystemMemory ReplaySource::memory() {
  MachineSample now;
  MachineSample past;
  CgroupLimits cgroup;
  from_facts(reader_.sample().head, now, cgroup);
  if (before_) from_facts(before_->head, past, cgroup);
  SystemMemory memory;
  if (now.meminfo) memory.meminfo = *now.meminfo;
  if (now.overcommit) memory.overcommit = std::to_underlying(*now.overcommit);
  if (const auto& pressure = now.pressure_of(Resource::memory)) {
    memory.some = pressure->some.avg10;
    if (pressure->full) memory.full = pressure->full->avg10;
  }
  if (const auto rate = rate_between(past, now, VmstatKey::pgfault)) memory.faults = *rate;
  if (const auto rate = rate_between(past, now, VmstatKey::pgmajfault)) memory.major_faults = *rate;
  return memory;
}

bool ReplaySource::next(std::chrono::nanoseconds /*delay*/) {
  auto last = reader_.sample();
  if (!reader_.next()) return false;
  before_ = std::move(last);
  return true;
}

const RecordedProcess* ReplaySource::before(const Process& process) const {
  if (!before_) return nullptr;
  const auto found = before_->processes.find(process.pid.value);
  const bool same = found != before_->processes.end() && same_process(found->second, process);
  return same ? &found->second : nullptr;
}

void ReplaySource::hand_on(const RecordedProcess& recorded, const SystemFacts& system, const Visit& visit) {
  process_ = recorded.process;
  mark_unrecorded(process_);
  pool_.clear();
  ProcessRow row{process_, system, names_, pool_};
  if (const auto* past = before(process_)) {
    row.before = &past->process;
    row.seconds = row.file_seconds = seconds_;
    const bool at_other_times = recorded.files_at.value != 0 && past->files_at.value != 0;
    if (at_other_times) row.file_seconds = to_seconds(recorded.files_at - past->files_at);
  }
  if (filter_ && !filter_->matches([&row](std::size_t index) { return process_fields()[index](row); }))
    return;
  visit(row);
}

// Threads are judged by their process.
bool ReplaySource::chosen(const Process& process) const {
  const auto& processes = reader_.sample().processes;
  const auto leader = processes.find(process.tgid.value);
  const auto& judged = leader == processes.end() ? process : leader->second.process;
  const bool kernel_thread = process.stat && (process.stat->flags & kKernelThreadFlag) != 0;
  return (request_.kernel_threads || !kernel_thread) && request_.selection.wants(judged, kNobody);
}

std::vector<Pid> ReplaySource::tree_below(Pid root) {
  std::vector<Kinship> family;
  for (const auto& [pid, recorded] : reader_.sample().processes) {
    if (recorded.process.stat) family.push_back({Pid{pid}, recorded.process.stat->ppid});
  }
  const auto nodes = make_tree(family);
  const auto top = std::ranges::find(nodes, root, [&](const TreeNode& node) { return family[node.row].pid; });
  std::vector<Pid> tree;
  if (top == nodes.end()) {
    missing_.push_back(root);
    return tree;
  }
  for (auto node = top; node <= top + static_cast<std::ptrdiff_t>(top->descendants); ++node)
    tree.push_back(family[node->row].pid);
  std::ranges::sort(tree);
  return tree;
}

std::vector<Pid> ReplaySource::candidates() {
  const auto& processes = reader_.sample().processes;
  if (request_.tree_root) return tree_below(*request_.tree_root);
  const auto named = request_.selection.named_pids();
  std::vector<Pid> pids;
  for (const auto pid : named.value_or(std::vector<Pid>{})) {
    if (!processes.contains(pid.value)) missing_.push_back(pid);
  }
  if (named && request_.threads == Threads::none) return *named;
  for (const auto& [pid, recorded] : processes) pids.push_back({pid});
  return pids;
}

void ReplaySource::count_changes() {
  begun_ = ended_ = 0;
  if (!before_) return;
  const auto& processes = reader_.sample().processes;
  std::uint64_t stayed = 0;
  for (const auto& [pid, recorded] : processes) stayed += before(recorded.process) != nullptr ? 1U : 0U;
  begun_ = processes.size() - stayed;
  ended_ = before_->processes.size() - stayed;
}

Result<void> ReplaySource::pass(const SystemFacts& system, const Visit& visit) {
  missing_.clear();
  names_ = Names(Names::Of::another);
  feed_names(reader_.sample(), names_);
  const auto& sample = reader_.sample();
  seconds_ = before_ ? to_seconds(sample.head.boottime - before_->head.boottime) : 0;
  for (const auto pid : candidates()) {
    const auto found = sample.processes.find(pid.value);
    if (found != sample.processes.end() && chosen(found->second.process))
      hand_on(found->second, system, visit);
  }
  count_changes();
  return {};
}

}  // namespace pageloupe::pstat
