// SPDX-License-Identifier: MIT
// /proc/PID/pagemap: one word for each page of a process's address space; see the kernel's
// admin-guide/mm/pagemap.rst. Read by who may trace the process; frame numbers only with CAP_SYS_ADMIN.
// Takes the process's mmap_lock, so it can block. Costs 4 to 20 ns a page.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "proc/pagemap_scan.h"
#include "proc/procfs.h"

namespace pageloupe {

// A place in swap: the number of the swap area, and the page in it.
struct SwapSlot {
  std::uint32_t type = 0;
  std::uint64_t offset = 0;
  friend constexpr auto operator<=>(const SwapSlot&, const SwapSlot&) = default;
};

// What the kernel says of one page.
struct PagemapEntry {
  std::uint64_t raw = 0;

  [[nodiscard]] constexpr bool present() const { return bit(63); }
  [[nodiscard]] constexpr bool not_present_but_used() const {
    return bit(62);
  }  // swap, and what swap entries encode
  [[nodiscard]] constexpr bool file_or_shared() const {
    return bit(61);
  }  // page of a file, or of shared memory
  [[nodiscard]] constexpr bool guard() const { return bit(58); }  // MADV_GUARD_INSTALL, since Linux 6.15
  [[nodiscard]] constexpr bool uffd_wp() const {
    return bit(57);
  }  // a write is told to a userfaultfd first; since Linux 5.14
  [[nodiscard]] constexpr bool exclusive() const { return bit(56); }  // mapped once
  [[nodiscard]] constexpr bool soft_dirty() const { return bit(55); }
  [[nodiscard]] constexpr bool empty() const { return !present() && !not_present_but_used(); }

  // The number of the page's frame. Errors: not_applicable of a page that is not present, denied without
  // CAP_SYS_ADMIN, where the kernel gives 0: that is never a frame.
  [[nodiscard]] Result<std::uint64_t> pfn() const;

  // Where the page is swapped to. Errors: as pfn(); not_applicable also of a page that is migrating, poisoned
  // or marked: the kernel keeps these in the form of swap entries.
  [[nodiscard]] Result<SwapSlot> swap_slot() const;

  // The page has a frame but no mapping: it was being moved to another frame when it was read, or is held by
  // a device, or poisoned.
  [[nodiscard]] bool detached() const;

 private:
  [[nodiscard]] constexpr bool bit(unsigned number) const { return ((raw >> number) & 1) != 0; }
};
static_assert(sizeof(PagemapEntry) == sizeof(std::uint64_t));

// Consecutive pages; the entries are valid until the reader is used again.
struct PagemapChunk {
  Address start{};
  std::span<const PagemapEntry> entries{};
};

enum class PagemapMethod : std::uint8_t {
  automatic,  // as read, and behind a hole ioctl(PAGEMAP_SCAN) tells where it goes on, where the kernel has
              // it
  read,       // every entry of a range, also of its holes: 1 ms a GiB of holes
  scan,       // the ioctl, since Linux 6.7, tells all that is used; only that is read
};

// Reads ranges of an address space, one chunk after the other.
class Pagemap {
 public:
  static constexpr std::size_t kChunkPages = 8192;  // 64 KiB of entries

  // `page_size` is that of the running kernel. Errors: gone (also of a process without memory), denied,
  // unsupported, io.
  [[nodiscard]] static Result<Pagemap> open(const PidDir& dir, Bytes page_size,
                                            PagemapMethod method = PagemapMethod::automatic);

  // Begins with a range, of whole pages; next() then gives its chunks. The kernel's half of the address
  // space, where [vsyscall] is, has no pages of the process.
  void seek(AddressRange range);

  // Goes on in the range; false at its end. All pages that are not empty come, in ascending order, each once;
  // empty ones may be among them. Errors: gone when the address space has ended, denied, io.
  [[nodiscard]] Result<bool> next(PagemapChunk& chunk);

  // Fills `entries` from `start` on; returns how many the address space has. Same errors.
  [[nodiscard]] Result<std::size_t> read_at(Address start, std::span<PagemapEntry> entries) const;

  [[nodiscard]] Bytes page_size() const { return page_size_; }

 private:
  Pagemap(UniqueFd fd, Bytes page_size, PagemapMethod method)
      : fd_(std::move(fd)), page_size_(page_size), method_(method) {}

  [[nodiscard]] Result<void> find_extents();
  [[nodiscard]] Result<void> scan();
  void take_chunk_of_rest();
  void add_extent(AddressRange range);

  UniqueFd fd_;
  Bytes page_size_;
  PagemapMethod method_;
  AddressRange rest_{};                  // of the range, where no extents were looked for yet
  std::vector<AddressRange> extents_{};  // to be read, ascending
  std::size_t extent_ = 0;               // the current one
  bool in_hole_ = false;                 // the last chunk had nothing
  ScanPiece piece_{};
  std::vector<PagemapEntry> entries_{};
};

}  // namespace pageloupe
