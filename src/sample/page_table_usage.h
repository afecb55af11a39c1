// SPDX-License-Identifier: MIT
// What smaps says of a mapping, as far as the page table alone tells it: asked for in pieces, so that the
// process never waits long for the lock of its memory. What takes the frames (PSS, private and shared, dirty)
// it does not say.
#pragma once

#include <optional>

#include "proc/pagemap_scan.h"
#include "sample/page_meter.h"
#include "sample/process_map.h"

namespace pageloupe {

// What must be known beforehand to tell things apart.
struct PageTableContext {
  Bytes hugetlb{};  // what the process has of the huge page pool (HugetlbPages of status)
  bool swap_in_use =
      false;         // by anybody: shared memory may be in swap, of which the page table does not tell
  bool live = true;  // see locate_mapped_file
};

// Pages of a mapping by what a scan says of them.
struct ScannedPages {
  Bytes present{};
  Bytes swapped{};
  Bytes file{};       // present, of a file or of shared memory
  Bytes zero{};       // present, the page of zeros
  Bytes huge_file{};  // of `file`, mapped as huge pages
  Bytes huge_anon{};  // present, mapped as huge pages, neither of a file nor of zeros

  void add(const ScannedRegion& region);
};

class PageTableUsage {
 public:
  PageTableUsage(const PidDir& dir, const ProcFs& procfs, const PageTableContext& context);

  // Says in `row` what is known, and why where nothing is. Calls of the kernel are short, and followed by a
  // rest of the same length. Before Linux 6.7 it takes pagemap, and for some mappings kpageflags. Errors:
  // gone.
  [[nodiscard]] Result<void> measure(VmaRow& row);

 private:
  [[nodiscard]] Result<ScannedPages> scan(AddressRange range);
  [[nodiscard]] Result<void> by_pagemap(VmaRow& row);
  void set(VmaRow& row, const ScannedPages& pages) const;
  void rest_after(Nanoseconds took);
  [[nodiscard]] std::optional<bool> is_hugetlb(const VmaRow& row) const;
  [[nodiscard]] bool swap_is_known(const VmaRow& row) const;

  const PidDir& dir_;
  const ProcFs& procfs_;
  PageTableContext context_;
  Result<UniqueFd> pagemap_;
  PageCategories returned_;
  bool can_scan_ = true;
  ScanPiece piece_{};
  Nanoseconds held_{};  // since the last rest
  std::optional<PageMeter> meter_{};
};

}  // namespace pageloupe
