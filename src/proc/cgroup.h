// SPDX-License-Identifier: MIT
// /proc/PID/cgroup; see cgroups(7). Open to everyone, never blocks, 5 µs.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace pageloupe {

// Where a process is accounted. Paths are the kernel's bytes, seen from the reader's cgroup namespace: what
// lies outside of it begins with "/..", and a cgroup that was removed ends in " (deleted)".
struct CgroupPaths {
  // The path in the hierarchy that accounts memory: that of version 2, unless a version 1 hierarchy holds the
  // memory controller. Without a memory controller anywhere: that of systemd's own version 1 hierarchy.
  std::string path{};
  bool v2 = false;  // `path` is below the version 2 hierarchy
};

// Errors: malformed, with its line; also when no line tells a path.
[[nodiscard]] Result<CgroupPaths> parse_cgroup(std::string_view text);

// The innermost container that a path names, empty where it names none: the first 12 digits of the ID
// (docker, containerd, cri-containerd, crio, podman, kubepods), or the name (lxc, systemd-nspawn, with
// systemd's escapes such as \x2d left as they are). A view into `cgroup_path`. The monitor of a container
// (conmon, lxc.monitor) is not in it.
[[nodiscard]] std::string_view container_id(std::string_view cgroup_path);

// The unit of systemd that a path ends in or runs through, the innermost (ssh.service, session-3.scope), and
// the slice that holds it (system.slice); "-.slice" is the root's. Empty where there is none.
[[nodiscard]] std::string_view systemd_unit(std::string_view cgroup_path);
[[nodiscard]] std::string_view systemd_slice(std::string_view cgroup_path);

}  // namespace pageloupe
