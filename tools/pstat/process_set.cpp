// SPDX-License-Identifier: MIT
#include "pstat/process_set.h"

#include "pstat/collector.h"

namespace pageloupe::pstat {

Result<ChosenPids> read_chosen(const Request& request, const ProcFs& procfs) {
  Collector collector(procfs, request, {.columns = Source::stat});
  ChosenPids result;
  const auto done = collector.pass(SystemFacts{}, [&result](const ProcessRow& row) {
    const auto& stat = row.process.stat;
    if (stat) result.chosen.push_back({row.process.pid, stat->starttime, std::string(stat->comm.view())});
  });
  if (!done) return std::unexpected(done.error());
  result.missing.assign(collector.missing().begin(), collector.missing().end());
  return result;
}

namespace {

// Once it is held open all its files are one process's: it has to be the one that was chosen.
bool is_same(const PidDir& dir, Ticks start) {
  std::string buffer;
  const auto text = dir.read("stat", buffer);
  const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
  return stat && stat->starttime == start;
}

std::deque<Member> open_all(const ProcFs& procfs, const std::vector<NamedPid>& chosen) {
  std::deque<Member> members;
  for (const auto& [pid, start, comm] : chosen) {
    if (auto dir = procfs.pid(pid); dir && is_same(*dir, start)) members.push_back({std::move(*dir), comm});
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
