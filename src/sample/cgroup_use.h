// SPDX-License-Identifier: MIT
// What the reader's own cgroups allow, in a container say, and what is used of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proc/held_file.h"
#include "proc/procfs.h"

namespace pageloupe {

struct CgroupUse {
  std::uint64_t limit = 0;
  std::optional<std::uint64_t> used{};  // by the cgroup that has this limit
};

// The smallest limits on the way from the reader's cgroup up to the root; nothing where there is none.
struct CgroupLimits {
  std::optional<CgroupUse> memory{};       // bytes, memory.max
  std::optional<CgroupUse> memory_high{};  // above it, all allocations are slowed down
  std::optional<CgroupUse> swap{};         // bytes
  std::optional<CgroupUse> pids{};         // threads
  std::optional<double> cpus{};            // of how many CPUs it may have the time
  std::optional<std::size_t> cpuset{};     // on how many CPUs it may run; also where it may on all
};

inline constexpr std::string_view kCgroupRoot = "/sys/fs/cgroup";

// Versions 1 and 2 and both together. Where a path of /proc/self/cgroup is not below the root, because a
// container sees its own part only, the root is the container.
class CgroupReader {
 public:
  // `procfs` outlives the reader.
  explicit CgroupReader(const ProcFs& procfs, std::string root = std::string(kCgroupRoot))
      : procfs_(procfs), root_(std::move(root)) {}

  // What cannot be read has no limit. The files stay open as long as the cgroup is the same; then it costs
  // 2 µs a file.
  void read(CgroupLimits& limits);

 private:
  struct Pair {
    std::optional<CgroupUse> CgroupLimits::* slot;
    HeldFile limit;
    HeldFile used;
  };
  struct CpuQuota {
    HeldFile quota;
    HeldFile period;  // of version 1
  };

  void find_files(std::string_view cgroup);
  void find_pairs(std::string_view cgroup);
  void find_cpu(std::string_view cgroup);
  void read_pair(const Pair& pair, CgroupLimits& limits);
  void read_cpu(const CpuQuota& cpu, CgroupLimits& limits);

  const ProcFs& procfs_;
  std::string root_;
  std::string cgroup_;  // the text of /proc/self/cgroup that the files belong to
  std::vector<Pair> pairs_;
  std::vector<CpuQuota> cpus_;
  HeldFile cpuset_;
  std::string buffer_;
  std::string period_buffer_;
};

}  // namespace pageloupe
