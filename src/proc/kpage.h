// SPDX-License-Identifier: MIT
// /proc/kpagecount and /proc/kpageflags: one word for each frame of the machine's memory; see the kernel's
// admin-guide/mm/pagemap.rst. Read by root only. Cost 10 to 50 ns a frame.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "proc/procfs.h"

namespace pageloupe {

// Frames, consecutive in the order in which they are asked for: ascending, descending, or one over and over,
// as the page of zeros.
struct PfnRun {
  std::uint64_t first = 0;
  std::size_t count = 0;
  int step = 1;  // 1, -1 or 0
};

enum class KpageFile : std::uint8_t {
  // How often a frame is mapped by processes: each mapping of each process counts. 0 for frames that are not
  // counted (the page of zeros, the kernel's own). Exact but with CONFIG_NO_PAGE_MAPCOUNT (Linux 6.15), where
  // a frame of a huge page has the average of its page.
  kpagecount,
  // KpageFlag bits.
  kpageflags,
};

// Bits of kpageflags, by the numbers of linux/kernel-page-flags.h.
enum class KpageFlag : std::uint8_t {
  referenced = 2,  // used since reclaim last looked
  dirty = 4,       // not yet written to its file; not what only the page table knows to be written to
  lru = 5,         // on a list of reclaim
  active = 6,      // on that of the pages in use
  writeback = 8,   // being written
  buddy = 10,      // free
  anon = 12,
  swapcache = 13,
  swapbacked = 14,  // anonymous, or of shared memory (tmpfs, memfd, System V)
  compound_head = 15,
  compound_tail = 16,
  huge = 17,         // of hugetlb
  unevictable = 18,  // locked, or of no use to reclaim
  hwpoison = 19,
  nopage = 20,  // no memory of this machine: a device, or beyond the end
  ksm = 21,
  thp = 22,        // of a page that is larger than a base page, but not of hugetlb
  zero_page = 24,  // what untouched memory reads from
  reserved = 32,   // of the kernel itself: the vdso
};

[[nodiscard]] constexpr bool has_flag(std::uint64_t flags, KpageFlag flag) {
  return ((flags >> static_cast<unsigned>(flag)) & 1) != 0;
}

class KpageReader {
 public:
  // Errors: denied, unsupported (a kernel without CONFIG_PROC_PAGE_MONITOR), io.
  [[nodiscard]] static Result<KpageReader> open(const ProcFs& procfs, KpageFile file);

  // The words of consecutive frames. What lies beyond the machine's memory reads as 0 of kpagecount, as
  // `nopage` of kpageflags. Errors: denied, io.
  [[nodiscard]] Result<void> read(std::uint64_t first_pfn, std::span<std::uint64_t> values) const;

  // The words of a run, in its order, into `values` of its size. Of kpageflags, frames that are the tail of a
  // larger page have the flags of its head too, which only Linux 6.10 and later say of themselves. Errors: as
  // read().
  [[nodiscard]] Result<void> read_run(const PfnRun& run, std::span<std::uint64_t> values) const;

  // The words of the frames `pfns`, ascending, into `values` of the same size; neighbours, also with small
  // gaps, come with one system call. Errors: as read().
  [[nodiscard]] Result<void> read_each(std::span<const std::uint64_t> pfns,
                                       std::span<std::uint64_t> values) const;

 private:
  [[nodiscard]] Result<void> complete_tails(std::uint64_t first_pfn, std::span<std::uint64_t> flags) const;

  KpageReader(UniqueFd fd, KpageFile file) : fd_(std::move(fd)), file_(file) {}

  UniqueFd fd_;
  KpageFile file_;
};

}  // namespace pageloupe
