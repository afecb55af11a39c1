// SPDX-License-Identifier: MIT
// /proc/PID/numa_maps, line by line: on which nodes the pages of a mapping are; see numa(7) and the kernel's
// admin-guide/mm/numa_memory_policy.rst. Only kernels with CONFIG_NUMA have it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "proc/text_stream.h"

namespace pageloupe {

struct NodePages {
  std::uint32_t node = 0;
  Pages pages{};
  friend constexpr auto operator<=>(const NodePages&, const NodePages&) = default;
};

// Counts are in pages of `page_size`; the kernel leaves out those that are 0.
struct NumaMapping {
  Address start{};
  std::string policy{};              // "default", "bind:0-1", "prefer (many):0,2", "interleave=static:0-3"
  std::vector<NodePages> nodes{};    // ascending
  std::optional<Bytes> page_size{};  // since Linux 2.6.39
  Pages anon{};
  Pages dirty{};
  Pages mapped{};  // where they are not anonymous
  Pages swapcache{};
  Pages active{};
  Pages writeback{};
  std::uint64_t mapmax = 0;  // how often the page that is mapped most is mapped; 0 and 1 are not said

  void clear();
};

// Fills `mapping` from a line without its newline; false when the line has another shape. What a later kernel
// adds is passed over.
[[nodiscard]] bool parse_numa_line(std::string_view line, NumaMapping& mapping);

class NumaMapsReader {
 public:
  explicit NumaMapsReader(UniqueFd numa_maps) : NumaMapsReader(TextStream(std::move(numa_maps))) {}
  explicit NumaMapsReader(TextStream numa_maps) : stream_(std::move(numa_maps)) {}

  // Goes to the next mapping; false at the end. Errors: gone, denied, io, malformed (with its line).
  [[nodiscard]] Result<bool> next(NumaMapping& mapping);

 private:
  TextStream stream_;
  std::uint32_t line_ = 0;
};

}  // namespace pageloupe
