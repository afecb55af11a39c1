// SPDX-License-Identifier: MIT
// Measures the pages of a process's mappings, one mapping after the other.
#pragma once

#include <optional>
#include <vector>

#include "sample/page_use.h"
#include "sample/vma_kind.h"

namespace pageloupe {

struct PageWants {
  bool frames = false;  // kpageflags
  bool counts = false;  // kpagecount
  bool cache = false;   // the page cache of files
  // Of this machine: a file that the kernel does not hand out is looked for by its path, and the kernel's
  // abilities are this kernel's.
  bool live = true;
  PagemapMethod method = PagemapMethod::automatic;
};

class PageMeter {
 public:
  // Opens pagemap and what is wanted, and looks at `procfs` later. What may not be opened is the reason for
  // having none of it, in each mapping.
  PageMeter(const PidDir& dir, const ProcFs& procfs, const PageWants& wants);

  // The pages of a mapping. Costs 50 to 200 ns a page with frames. The process's mmap_lock is held for 2 MiB
  // at a time. Errors: gone.
  [[nodiscard]] Result<PageUse> measure(const Vma& vma, VmaKind kind);

 private:
  [[nodiscard]] Result<void> add_chunk(std::span<const PagemapEntry> entries, PageUse& use);
  void add_table(std::span<const PagemapEntry> entries, TableUse& table) const;
  void add_entries(PagemapEntry entry, std::size_t count, TableUse& table) const;
  void add_frames(std::span<const PagemapEntry> entries, PageUse& use);
  [[nodiscard]] Result<void> add_run(const PfnRun& run, PageUse& use);
  void add_flags(std::uint64_t flags, std::size_t count, FrameUse& frames) const;
  void add_counts(std::span<const std::uint64_t> counts, std::span<const std::uint64_t> flags,
                  MapcountUse& use) const;
  [[nodiscard]] Bytes pages(std::size_t count) const { return {count * page_size_.value}; }

  const ProcFs& procfs_;
  Pid pid_;
  Bytes page_size_;
  PageWants wants_;
  bool has_soft_dirty_ = false;
  bool has_uffd_wp_ = false;
  Result<Pagemap> pagemap_;
  Result<KpageReader> flags_;
  Result<KpageReader> counts_;
  std::vector<std::uint64_t> flag_words_;
  std::vector<std::uint64_t> count_words_;
};

// The part of a mapping's file that is in the page cache. Errors: not_applicable of what is no regular file;
// denied; unsupported; gone.
[[nodiscard]] std::expected<CacheUse, Errc> cache_of(const ProcFs& procfs, Pid pid, const Vma& vma,
                                                     VmaKind kind, Bytes page_size, bool live);

// Whether this kernel marks pages that are written to (CONFIG_MEM_SOFT_DIRTY): where it does, a page that was
// just written to has the mark.
[[nodiscard]] bool kernel_has_soft_dirty();

}  // namespace pageloupe
