// SPDX-License-Identifier: MIT
// What the cgroup of a process has of memory, and may have; see cgroup-v2.rst and cgroup-v1/memory.rst of the
// kernel's documentation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proc/cgroup.h"
#include "sample/process.h"

namespace pageloupe {

// Nothing in place of a limit: there is none. Reasons: unsupported where the cgroup has no such file, as the
// root has none; not_applicable for what lies outside of the reader's cgroup namespace; denied, io,
// malformed.
struct CgroupMemory {
  Slot<Bytes> current = std::unexpected(Errc::not_sampled);  // with the page cache that is charged to it
  Slot<std::optional<Bytes>> max = std::unexpected(Errc::not_sampled);
  Slot<std::optional<Bytes>> high = std::unexpected(Errc::not_sampled);  // above, allocations are slowed down
  Slot<Bytes> peak = std::unexpected(Errc::not_sampled);
  Slot<Bytes> swap = std::unexpected(Errc::not_sampled);
  Slot<std::optional<Bytes>> swap_max = std::unexpected(Errc::not_sampled);
};

// The files of that cgroup below `root`, "/sys/fs/cgroup": memory.current and the like, or in version 1
// memory.usage_in_bytes and the like, which has none for swap alone.
[[nodiscard]] CgroupMemory read_cgroup_memory(const std::string& root, const CgroupPaths& cgroup);

}  // namespace pageloupe
