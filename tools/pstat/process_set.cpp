// SPDX-License-Identifier: MIT
#include "pstat/process_set.h"

#include "pstat/collector.h"
#include "sample/tree.h"

namespace pageloupe::pstat {
namespace {

struct Relative {
  Kinship kinship{};
  std::string comm{};
};

struct Family {
  std::vector<Relative> relatives{};
  std::vector<Pid> missing{};
};

Result<Family> read_family(const Request& request, const ProcFs& procfs) {
  Collector collector(procfs, request, {.columns = Source::stat});
  Family family;
  const auto done = collector.pass(SystemFacts{}, [&family](const ProcessRow& row) {
    const auto& stat = row.process.stat;
    if (stat) family.relatives.push_back({{row.process.pid, stat->ppid}, std::string(stat->comm.view())});
  });
  if (!done) return std::unexpected(done.error());
  family.missing.assign(collector.missing().begin(), collector.missing().end());
  return family;
}

// What is left of the family when only the tree below `root` counts.
std::vector<Relative> tree_of(const std::vector<Relative>& family, Pid root) {
  std::vector<Kinship> kinship;
  for (const auto& relative : family) kinship.push_back(relative.kinship);
  const auto nodes = make_tree(kinship);
  std::vector<Relative> chosen;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (family[nodes[i].row].kinship.pid != root) continue;
    for (std::size_t n = i; n <= i + nodes[i].descendants; ++n) chosen.push_back(family[nodes[n].row]);
  }
  return chosen;
}

std::deque<Member> open_all(const ProcFs& procfs, const std::vector<Relative>& relatives) {
  std::deque<Member> members;
  for (const auto& relative : relatives) {
    if (auto dir = procfs.pid(relative.kinship.pid)) members.push_back({std::move(*dir), relative.comm});
  }
  return members;
}

}  // namespace

Result<ProcessSet> open_chosen(const Request& request, const ProcFs& procfs) {
  auto family = read_family(request, procfs);
  if (!family) return std::unexpected(family.error());
  const auto& all = family->relatives;
  return ProcessSet{open_all(procfs, request.tree_root ? tree_of(all, *request.tree_root) : all),
                    std::move(family->missing)};
}

Result<std::deque<Member>> open_children(const ProcFs& procfs, Pid parent) {
  Request children;
  children.selection = Selection({}, {.ppids = {parent}});
  const auto family = read_family(children, procfs);
  if (!family) return std::unexpected(family.error());
  return open_all(procfs, family->relatives);
}

std::vector<const PidDir*> directories(const std::deque<Member>& members) {
  std::vector<const PidDir*> dirs;
  for (const auto& member : members) dirs.push_back(&member.dir);
  return dirs;
}

}  // namespace pageloupe::pstat
