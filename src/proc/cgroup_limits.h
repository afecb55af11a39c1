// SPDX-License-Identifier: MIT
// What a cgroup may use: the texts of the files of its directory; see cgroup-v2.rst and cgroup-v1/ of the
// kernel's documentation. "Nothing" is no limit; errors: malformed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// memory.max, memory.high, memory.swap.max, pids.max: a number or "max". Of version 1, memory.limit_in_bytes:
// a number, which without a limit is the largest that pages can count.
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_cgroup_limit(std::string_view text);

// memory.current, pids.current and the like.
[[nodiscard]] Result<std::uint64_t> parse_cgroup_count(std::string_view text);

// cpu.max: "QUOTA PERIOD" or "max PERIOD", in microseconds; how many CPUs' time that is.
[[nodiscard]] Result<std::optional<double>> parse_cpu_max(std::string_view text);

// cpu.cfs_quota_us, -1 without a limit, and cpu.cfs_period_us of version 1.
[[nodiscard]] Result<std::optional<double>> parse_cfs_quota(std::string_view quota, std::string_view period);

// cpuset.cpus.effective, "0-3,8": how many CPUs those are; 0 of an empty list.
[[nodiscard]] Result<std::size_t> count_cpu_list(std::string_view text);

// The path of a controller ("memory") in /proc/PID/cgroup.
struct ControllerPath {
  std::string_view path{};         // a view into the text
  std::string_view controllers{};  // of the hierarchy: "cpu,cpuacct"; empty in version 2
};

// Where version 1 accounts it, else in version 2; nothing where neither does.
[[nodiscard]] std::optional<ControllerPath> controller_path(std::string_view cgroup,
                                                            std::string_view controller);

}  // namespace pageloupe
