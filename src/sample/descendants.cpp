// SPDX-License-Identifier: MIT
#include "sample/descendants.h"

#include <algorithm>

#include "proc/stat.h"
#include "sample/tree.h"

namespace pageloupe {

std::vector<Pid> descendants(const ProcFs& procfs, Pid root) {
  std::vector<Kinship> family;
  std::string buffer;
  for (const auto pid : procfs.pids().value_or(std::vector<Pid>{})) {
    const auto text = procfs.pid_by_path(pid).read("stat", buffer);
    const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
    if (stat) family.push_back({pid, stat->ppid});
  }
  const auto nodes = make_tree(family);
  const auto at = std::ranges::find(nodes, root, [&](const TreeNode& node) { return family[node.row].pid; });
  std::vector<Pid> found{root};
  if (at == nodes.end()) return found;
  for (std::size_t i = 1; i <= at->descendants; ++i)
    found.push_back(family[at[static_cast<std::ptrdiff_t>(i)].row].pid);
  std::ranges::sort(found.begin() + 1, found.end());
  return found;
}

}  // namespace pageloupe
