// SPDX-License-Identifier: MIT
// On which nodes of the machine a process's pages are, and on which its threads run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proc/numa_maps.h"
#include "proc/procfs.h"

namespace pageloupe {

// A node of memory and the CPUs next to it.
struct NumaNode {
  std::uint32_t node = 0;
  std::vector<int> cpus{};  // none: of memory alone
};

// The nodes that are online, below `directory`, /sys/devices/system/node. Errors: unsupported, where there is
// no such directory (a kernel without CONFIG_NUMA, or not Linux's /sys); malformed; io.
[[nodiscard]] Result<std::vector<NumaNode>> numa_nodes(const std::string& directory);

// What numa_maps says of one mapping, in bytes. Without the lines of the mappings that have begun since.
struct NumaUse {
  std::string policy{};
  Bytes page_size{};
  std::vector<Bytes> nodes{};  // by the node's number; those that are missing have none
  Bytes anon{};
  Bytes dirty{};
  Bytes swapcache{};
  Bytes active{};
  Bytes writeback{};
  std::uint64_t mapmax = 0;

  [[nodiscard]] Bytes on(std::size_t node) const { return node < nodes.size() ? nodes[node] : Bytes{}; }
  [[nodiscard]] Bytes all() const;
  // How far the pages of an interleaved mapping are from being spread evenly: the largest node's share of the
  // mean of the nodes that it has, 1 where they are even; nothing of a mapping that is not interleaved or has
  // no pages.
  [[nodiscard]] std::optional<double> unevenness() const;
};

[[nodiscard]] NumaUse numa_use(const NumaMapping& mapping, Bytes base_page);

// By the start of the mapping.
using NumaMap = std::map<Address, NumaUse>;

// Reads the whole of numa_maps: walks the page tables as smaps does, and takes the mmap_lock. Errors:
// unsupported (a kernel without CONFIG_NUMA), gone, denied, io, malformed.
[[nodiscard]] Result<NumaMap> read_numa_map(const PidDir& dir, Bytes base_page);

// On how many threads each node's CPUs last ran. Errors: gone, denied, io.
using ThreadsByNode = std::map<std::uint32_t, std::size_t>;
[[nodiscard]] Result<ThreadsByNode> threads_by_node(const PidDir& dir, const std::vector<NumaNode>& nodes);

// One sentence on where the pages are and where the threads ran: "73% of its pages are on node 1, its threads
// ran last on node 0". Nothing of a process without pages, or where there is one node alone.
[[nodiscard]] std::optional<std::string> placement(const std::vector<Bytes>& by_node,
                                                   const ThreadsByNode& threads, std::size_t nodes);

}  // namespace pageloupe
