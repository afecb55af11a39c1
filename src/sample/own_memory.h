// SPDX-License-Identifier: MIT
// What a process could share, and its pages of it: the first step of sharers.h.
#pragma once

#include <map>
#include <vector>

#include "proc/pagemap.h"
#include "sample/frame_table.h"
#include "sample/sharers.h"
#include "sample/sharers_scan.h"

namespace pageloupe {

// Calls visit(address, entry) for the pages of a range that are not empty. Errors: those of Pagemap.
template <class Visit>
[[nodiscard]] Result<void> for_each_page(Pagemap& pagemap, AddressRange range, Visit visit) {
  pagemap.seek(range);
  PagemapChunk chunk;
  for (;;) {
    const auto more = pagemap.next(chunk);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    for (std::size_t i = 0; i < chunk.entries.size(); ++i) {
      if (chunk.entries[i].empty()) continue;
      visit(chunk.start + Bytes{i * pagemap.page_size().value}, chunk.entries[i]);
    }
  }
}

// A row in the making.
struct OwnThing {
  SharedThing row{};
  AddressRange range{};  // of private memory
  bool mapped_shared = false;
  // Of an object its places in it; of private memory the frames that others have too.
  FrameSet pages{};
  FrameSet of_others{};  // those that were found elsewhere
  // Of private memory: how many mappings of a frame have not been found yet.
  std::map<std::uint64_t, std::uint64_t> missing{};

  void count(std::uint64_t pfn) {
    const auto found = missing.find(pfn);
    if (found != missing.end() && found->second != 0) --found->second;
  }
  void finish_private(Bytes page_size);
};

struct OwnMemory {
  std::vector<OwnThing> things{};
  Bytes private_{};
  bool frames_known = false;
  Bytes page_size{};

  [[nodiscard]] Wanted wanted() const;
};

// Errors: those of maps and pagemap; no_memory.
[[nodiscard]] Result<OwnMemory> read_own_memory(const ProcFs& procfs, const PidDir& dir, Pid leader);

}  // namespace pageloupe
