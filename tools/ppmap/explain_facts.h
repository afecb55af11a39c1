// SPDX-License-Identifier: MIT
// What is known of a process when its memory is put into words: sums over its mappings, its limits, its
// cgroup.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "field/headroom.h"
#include "ppmap/process_head.h"
#include "sample/cgroup_memory.h"
#include "sample/process_map.h"

namespace pageloupe::ppmap {

// Sums of some mappings.
struct MemorySum {
  std::uint64_t mappings = 0;
  Bytes size{};
  Bytes resident{};
  Bytes swap{};
  Bytes uss{};
  Bytes shared{};
  Bytes untouched{};
  Bytes lazy_free{};

  void add(const VmaRow& row);
};

// The mapping that stands out among some, and what it has of what makes it so.
struct Outstanding {
  std::string label{};
  Address start{};
  Bytes bytes{};
  Bytes size{};

  void consider(const VmaRow& row, Bytes has);
};

struct ExplainFacts {
  Pid pid{};
  std::uint64_t threads = 0;
  MemorySum all{};
  std::array<MemorySum, static_cast<std::size_t>(VmaKind::count_)> kinds{};
  Bytes pss{};
  Bytes locked{};
  Outstanding largest{};        // by resident memory
  Outstanding least_touched{};  // by what was never touched, of what may be accessed
  Bytes untouched{};            // of what may be accessed, but stacks
  MemorySum arenas{};           // of glibc's malloc, each 64 MiB at a multiple of 64 MiB
  MemorySum deleted{};          // files, programs and libraries that were deleted
  Outstanding largest_deleted{};
  Bytes shared_anonymous{};         // private anonymous memory that a fork shares
  Bytes could_be_huge{};            // resident, in small pages, in whole huge pages of private memory
  std::uint64_t entries_saved = 0;  // of the TLB, if it were
  Outstanding largest_small{};      // by could_be_huge
  std::string why_small{};          // what is in the way there; empty where nothing is
  Bytes huge{};                     // in huge pages already
  std::vector<Headroom> limits{};
  std::optional<CgroupMemory> cgroup{};

  [[nodiscard]] const MemorySum& kind(VmaKind which) const { return kinds[static_cast<std::size_t>(which)]; }
};

// Adds mappings in the order of their addresses.
class FactsCollector {
 public:
  explicit FactsCollector(ExplainFacts& facts) : facts_(facts) {}
  void add(const VmaRow& row);

 private:
  void add_arena(const VmaRow& row);
  void add_huge(const VmaRow& row);

  ExplainFacts& facts_;
  // The mapping before, where it may be the used part of an arena.
  std::optional<MemorySum> arena_{};
  Address arena_start_{};
  Address arena_end_{};
};

struct FactsRequest {
  bool live = true;          // of this machine: what is not below /proc may be read, too
  bool whole_paths = false;  // as names for people
};
// Reads smaps, limits and what else the facts are made of. Errors: gone, denied, no_memory, io, malformed.
[[nodiscard]] Result<ExplainFacts> read_facts(const OpenProcess& process, const ProcFs& procfs,
                                              FactsRequest request);

}  // namespace pageloupe::ppmap
