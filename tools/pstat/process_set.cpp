// SPDX-License-Identifier: MIT
#include "pstat/process_set.h"

#include "pstat/collector.h"

namespace pageloupe::pstat {

Result<ChosenPids> read_chosen(const Request& request, const ProcFs& procfs) {
  Collector collector(procfs, request, {.columns = Source::stat});
  ChosenPids result;
  const auto done = collector.pass(SystemFacts{}, [&result](const ProcessRow& row) {
    const auto& stat = row.process.stat;
    if (stat) result.chosen.push_back({row.process.pid, std::string(stat->comm.view())});
  });
  if (!done) return std::unexpected(done.error());
  result.missing.assign(collector.missing().begin(), collector.missing().end());
  return result;
}

namespace {

std::deque<Member> open_all(const ProcFs& procfs, const std::vector<NamedPid>& chosen) {
  std::deque<Member> members;
  for (const auto& [pid, comm] : chosen) {
    if (auto dir = procfs.pid(pid)) members.push_back({std::move(*dir), comm});
  }
  return members;
}

}  // namespace

Result<ProcessSet> open_chosen(const Request& request, const ProcFs& procfs) {
  auto found = read_chosen(request, procfs);
  if (!found) return std::unexpected(found.error());
  return ProcessSet{open_all(procfs, found->chosen), std::move(found->missing)};
}

Result<std::deque<Member>> open_children(const ProcFs& procfs, Pid parent) {
  Request children;
  children.selection = Selection({}, {.ppids = {parent}});
  const auto found = read_chosen(children, procfs);
  if (!found) return std::unexpected(found.error());
  return open_all(procfs, found->chosen);
}

std::vector<const PidDir*> directories(const std::deque<Member>& members) {
  std::vector<const PidDir*> dirs;
  for (const auto& member : members) dirs.push_back(&member.dir);
  return dirs;
}

}  // namespace pageloupe::pstat
