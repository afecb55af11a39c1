// SPDX-License-Identifier: MIT
#include "proc/pagemap_scan.h"

#include <algorithm>
#include <sys/ioctl.h>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

// Of linux/fs.h, since Linux 6.7; the headers of the build may be older than the kernel.
struct ScanArgument {
  std::uint64_t size;
  std::uint64_t flags;
  std::uint64_t start;
  std::uint64_t end;
  std::uint64_t walk_end;
  std::uint64_t vec;
  std::uint64_t vec_len;
  std::uint64_t max_pages;
  std::uint64_t category_inverted;
  std::uint64_t category_mask;
  std::uint64_t category_anyof_mask;
  std::uint64_t return_mask;
};
static_assert(sizeof(ScanArgument) == 96);

constexpr unsigned long kScanRequest = _IOWR('f', 16, ScanArgument);

}  // namespace

Result<ScanAnswer> scan_pagemap(int pagemap, const ScanQuery& query, std::span<ScannedRegion> room) {
  ScanArgument argument{};
  argument.size = sizeof(argument);
  argument.start = query.range.start.value;
  argument.end = query.range.end.value;
  argument.vec = reinterpret_cast<std::uintptr_t>(room.data());
  argument.vec_len = room.size();
  argument.max_pages = query.most_pages;
  argument.category_anyof_mask = query.any_of;
  argument.return_mask = query.returned;
  int count = 0;
  do {
    count = ::ioctl(pagemap, kScanRequest, &argument);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return os_failure(errno, "pagemap");
  // A kernel that says success and has not moved would be asked for ever.
  if (argument.walk_end <= query.range.start.value) return fail(Errc::unsupported);
  return ScanAnswer{.regions = static_cast<std::size_t>(count),
                    .walked_to = {std::min(argument.walk_end, query.range.end.value)}};
}

void ScanPiece::took(Nanoseconds time) {
  constexpr Nanoseconds kShort{100'000};
  constexpr Nanoseconds kLong{400'000};
  constexpr Bytes kLeast{std::uint64_t{2} << 20};
  constexpr Bytes kMost{std::uint64_t{1} << 40};
  if (time < kShort) size_ = std::min(kMost, Bytes{size_.value * 2});
  if (time > kLong) size_ = std::max(kLeast, Bytes{size_.value / 4});
}

}  // namespace pageloupe
