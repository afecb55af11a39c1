// SPDX-License-Identifier: MIT
#include "sample/cgroup_use.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "proc/cgroup_limits.h"

namespace pageloupe {
namespace {

// The files of a limit; empty names where that version has none.
struct LimitFiles {
  std::optional<CgroupUse> CgroupLimits::* slot;
  std::string_view controller;
  std::string_view limit_v2;
  std::string_view used_v2;
  std::string_view limit_v1;
  std::string_view used_v1;
};

constexpr auto kLimitFiles = std::to_array<LimitFiles>({
    {&CgroupLimits::memory, "memory", "memory.max", "memory.current", "memory.limit_in_bytes",
     "memory.usage_in_bytes"},
    {&CgroupLimits::memory_high, "memory", "memory.high", "memory.current", "", ""},
    {&CgroupLimits::swap, "memory", "memory.swap.max", "memory.swap.current", "", ""},
    {&CgroupLimits::pids, "pids", "pids.max", "pids.current", "pids.max", "pids.current"},
});

HeldFile open_file(const std::string& directory, std::string_view name) {
  auto path = directory + "/" + std::string(name);
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return {std::move(fd), name, std::move(path)};
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Where the hierarchy of that controller is mounted.
std::string mount_of(const std::string& root, const ControllerPath& place, std::string_view controller) {
  if (place.controllers.empty()) return exists(root + "/cgroup.controllers") ? root : root + "/unified";
  auto joined = root + "/" + std::string(place.controllers);
  return exists(joined) ? joined : root + "/" + std::string(controller);
}

struct Levels {
  std::vector<std::string> directories;  // from the cgroup up to the root of its hierarchy
  bool v2 = false;
};

Levels levels_of(const std::string& root, std::string_view cgroup, std::string_view controller) {
  constexpr std::string_view kDeleted = " (deleted)";
  const auto place = controller_path(cgroup, controller);
  if (!place) return {};
  const auto mount = mount_of(root, *place, controller);
  auto path = place->path;
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  if (path.starts_with("/..")) path = {};  // outside of the reader's namespace
  Levels levels{.directories = {}, .v2 = place->controllers.empty()};
  for (;;) {
    while (path.ends_with('/')) path.remove_suffix(1);
    levels.directories.push_back(mount + std::string(path));
    if (path.empty()) return levels;
    path = path.substr(0, path.rfind('/'));
  }
}

}  // namespace

void CgroupReader::find_pairs(std::string_view cgroup) {
  for (const auto& files : kLimitFiles) {
    const auto levels = levels_of(root_, cgroup, files.controller);
    const auto limit = levels.v2 ? files.limit_v2 : files.limit_v1;
    if (limit.empty()) continue;
    for (const auto& directory : levels.directories) {
      Pair pair{.slot = files.slot, .limit = open_file(directory, limit), .used = {}};
      if (!pair.limit) continue;
      pair.used = open_file(directory, levels.v2 ? files.used_v2 : files.used_v1);
      pairs_.push_back(std::move(pair));
    }
  }
}

void CgroupReader::find_cpu(std::string_view cgroup) {
  const auto levels = levels_of(root_, cgroup, "cpu");
  for (const auto& directory : levels.directories) {
    CpuQuota cpu{.quota = open_file(directory, levels.v2 ? "cpu.max" : "cpu.cfs_quota_us"), .period = {}};
    if (!cpu.quota) continue;
    if (!levels.v2) cpu.period = open_file(directory, "cpu.cfs_period_us");
    cpus_.push_back(std::move(cpu));
  }
  const auto sets = levels_of(root_, cgroup, "cpuset");
  for (const auto& directory : sets.directories) {
    if (cpuset_) break;
    cpuset_ = open_file(directory, sets.v2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus");
  }
}

void CgroupReader::find_files(std::string_view cgroup) {
  cgroup_ = cgroup;
  pairs_.clear();
  cpus_.clear();
  cpuset_ = {};
  find_pairs(cgroup);
  find_cpu(cgroup);
}

void CgroupReader::read_pair(const Pair& pair, CgroupLimits& limits) {
  const auto limit_text = pair.limit.read(buffer_);
  if (!limit_text) return;
  const auto limit = parse_cgroup_limit(*limit_text);
  auto& slot = limits.*pair.slot;
  if (!limit || !*limit || (slot && slot->limit <= **limit)) return;
  slot = CgroupUse{.limit = **limit};
  if (!pair.used) return;
  if (const auto used_text = pair.used.read(buffer_)) {
    if (const auto used = parse_cgroup_count(*used_text)) slot->used = *used;
  }
}

void CgroupReader::read_cpu(const CpuQuota& cpu, CgroupLimits& limits) {
  const auto quota = cpu.quota.read(buffer_);
  if (!quota) return;
  Result<std::optional<double>> cpus = std::nullopt;
  if (cpu.period) {
    const auto period = cpu.period.read(period_buffer_);
    if (period) cpus = parse_cfs_quota(*quota, *period);
  } else {
    cpus = parse_cpu_max(*quota);
  }
  if (cpus && *cpus) limits.cpus = std::min(limits.cpus.value_or(**cpus), **cpus);
}

void CgroupReader::read(CgroupLimits& limits) {
  limits = {};
  const auto cgroup = procfs_.read("self/cgroup", buffer_);
  if (!cgroup) return;
  if (*cgroup != cgroup_) find_files(*cgroup);
  for (const auto& pair : pairs_) read_pair(pair, limits);
  for (const auto& cpu : cpus_) read_cpu(cpu, limits);
  if (!cpuset_) return;
  if (const auto list = cpuset_.read(buffer_)) {
    const auto count = count_cpu_list(*list);
    if (count && *count > 0) limits.cpuset = *count;
  }
}

}  // namespace pageloupe
