// SPDX-License-Identifier: MIT
#include "sample/reading_cost.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <unistd.h>
#include <vector>

#include "proc/pagemap.h"
#include "proc/pread_exact.h"
#include "proc/smaps.h"

namespace pageloupe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kKernelHalf = std::uint64_t{1} << 63;

// Adds the time of a call.
template <class Call>
auto timed(ReadingCost& cost, Call call) {
  const auto begin = Clock::now();
  auto result = call();
  const Nanoseconds took{static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count())};
  cost.time += took;
  cost.longest = std::max(cost.longest, took);
  ++cost.calls;
  return result;
}

Result<std::vector<AddressRange>> ranges_of(const PidDir& dir) {
  auto text = dir.open("maps");
  if (!text) return std::unexpected(text.error());
  MapsReader maps(std::move(*text));
  VmaRecord record;
  std::vector<AddressRange> ranges;
  auto more = maps.next(record);
  for (; more && *more; more = maps.next(record)) {
    if (record.vma.start.value < kKernelHalf) ranges.push_back({record.vma.start, record.vma.end});
  }
  if (!more) return std::unexpected(more.error());
  return ranges;
}

}  // namespace

Result<ReadingCost> cost_of_text(const PidDir& dir, const char* file) {
  ReadingCost cost;
  const auto fd = timed(cost, [&] { return dir.open(file); });
  if (!fd) return std::unexpected(fd.error());
  std::array<char, 65536> buffer;
  for (;;) {
    const auto got = timed(cost, [&] { return ::read(fd->get(), buffer.data(), buffer.size()); });
    if (got < 0) return os_failure(errno, file);
    if (got == 0) return cost;
  }
}

Result<ReadingCost> cost_of_pagemap(const PidDir& dir, Bytes page_size) {
  const auto ranges = ranges_of(dir);
  if (!ranges) return std::unexpected(ranges.error());
  auto pagemap = Pagemap::open(dir, page_size);
  if (!pagemap) return std::unexpected(pagemap.error());
  ReadingCost cost;
  PagemapChunk chunk;
  for (const auto& range : *ranges) {
    pagemap->seek(range);
    for (;;) {
      const auto more = timed(cost, [&] { return pagemap->next(chunk); });
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
    }
  }
  return cost;
}

Result<ReadingCost> cost_of_scan(const PidDir& dir) {
  const auto ranges = ranges_of(dir);
  if (!ranges) return std::unexpected(ranges.error());
  const auto pagemap = dir.open("pagemap");
  if (!pagemap) return std::unexpected(pagemap.error());
  ReadingCost cost;
  ScanPiece piece;
  std::array<ScannedRegion, 512> room;
  for (auto range : *ranges) {
    while (range.start < range.end) {
      const ScanQuery query{
          .range = {.start = range.start, .end = range.start + std::min(range.size(), piece.size())},
          .any_of = PageCategory::present | PageCategory::swapped,
          .returned = PageCategory::present | PageCategory::huge,
          .most_pages = ScanPiece::kPagesAtOnce};
      const auto before = cost.time;
      const auto answer = timed(cost, [&] { return scan_pagemap(pagemap->get(), query, room); });
      if (!answer) return std::unexpected(answer.error());
      piece.took(cost.time - before);
      range.start = answer->walked_to;
    }
  }
  return cost;
}

}  // namespace pageloupe
