// SPDX-License-Identifier: MIT
// ioctl(PAGEMAP_SCAN) of an open /proc/PID/pagemap, since Linux 6.7: which pages of a range have which
// properties, without frame numbers. Who may read pagemap may ask. One call holds the process's mmap_lock as
// long as it walks, 8 to 10 ms a GiB of small pages, so ranges are asked for in pieces.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct AddressRange {
  Address start{};
  Address end{};

  [[nodiscard]] Bytes size() const { return end - start; }
};

// Bits of a region's properties, by the numbers of linux/fs.h.
enum class PageCategory : std::uint8_t {
  file = 2,  // of a file, or of shared memory
  present = 3,
  swapped = 4,  // and what has the form of a swap entry
  zero = 5,     // the page of zeros, also a huge one
  huge = 6,     // mapped as one huge page, transparent or of hugetlb
  guard = 8,    // MADV_GUARD_INSTALL; Linux 6.16 is the first to say
};

using PageCategories = std::uint64_t;

[[nodiscard]] constexpr PageCategories bit(PageCategory category) {
  return std::uint64_t{1} << static_cast<unsigned>(category);
}
[[nodiscard]] constexpr PageCategories operator|(PageCategory a, PageCategory b) { return bit(a) | bit(b); }
[[nodiscard]] constexpr PageCategories operator|(PageCategories a, PageCategory b) { return a | bit(b); }
[[nodiscard]] constexpr bool has(PageCategories categories, PageCategory category) {
  return (categories & bit(category)) != 0;
}

// Consecutive pages that have the same of the properties that were asked for; laid out as the kernel's.
struct ScannedRegion {
  Address start{};
  Address end{};
  PageCategories categories = 0;
};
static_assert(sizeof(ScannedRegion) == 24);

struct ScanQuery {
  AddressRange range{};
  PageCategories any_of{};       // pages with one of these
  PageCategories returned{};     // and what is said of them
  std::uint64_t most_pages = 0;  // stop after so many; 0 for no limit
};

struct ScanAnswer {
  std::size_t regions = 0;  // so many of the room given were filled, ascending
  Address walked_to{};      // where the next call has to begin; the range's end when all was seen
};

// Errors: unsupported (before Linux 6.7, or a property that this kernel does not know), gone, denied, io.
[[nodiscard]] Result<ScanAnswer> scan_pagemap(int pagemap, const ScanQuery& query,
                                              std::span<ScannedRegion> room);

// How much of an address space to ask for at a time, so that no call takes long: more where calls return at
// once, as in holes, less where they do not.
class ScanPiece {
 public:
  // Pages that one call looks at, at most: 16 MiB of small ones take about 0.15 ms.
  static constexpr std::uint64_t kPagesAtOnce = 4096;

  [[nodiscard]] Bytes size() const { return size_; }
  void took(Nanoseconds time);

 private:
  Bytes size_{std::uint64_t{16} << 20};
};

}  // namespace pageloupe
