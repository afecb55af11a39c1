// SPDX-License-Identifier: MIT
#include "proc/pagemap.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kFrameMask = (std::uint64_t{1} << 55) - 1;
constexpr unsigned kSwapTypeBits = 5;
// Linux uses the types above its swap areas for other things than swap; how many depends on its options, and
// no machine has as many areas as there are left.
constexpr std::uint32_t kFirstSpecialType = 23;

// Reading the entries of a hole this long costs about as much as another system call.
constexpr std::uint64_t kPagesWorthSkipping = 128;

constexpr std::uint64_t kKernelHalf = std::uint64_t{1} << 63;

}  // namespace

Result<std::uint64_t> PagemapEntry::pfn() const {
  if (!present()) return fail(Errc::not_applicable);
  const auto number = raw & kFrameMask;
  if (number == 0) return fail(Errc::denied);
  return number;
}

Result<SwapSlot> PagemapEntry::swap_slot() const {
  if (present() || !not_present_but_used() || guard()) return fail(Errc::not_applicable);
  const auto encoded = raw & kFrameMask;
  if (encoded == 0) return fail(Errc::denied);
  const SwapSlot slot{.type = static_cast<std::uint32_t>(encoded & ((1U << kSwapTypeBits) - 1)),
                      .offset = encoded >> kSwapTypeBits};
  if (slot.type >= kFirstSpecialType) return fail(Errc::not_applicable);
  return slot;
}

bool PagemapEntry::detached() const {
  // Of the special types the last is that of markers, behind which there is no frame.
  const auto encoded = raw & kFrameMask;
  const auto type = encoded & ((1U << kSwapTypeBits) - 1);
  return !present() && not_present_but_used() && !guard() && type >= kFirstSpecialType &&
         type + 1 < (1U << kSwapTypeBits);
}

Result<Pagemap> Pagemap::open(const PidDir& dir, Bytes page_size, PagemapMethod method) {
  auto fd = dir.open("pagemap");
  if (!fd) return std::unexpected(fd.error());
  return Pagemap(std::move(*fd), page_size, method);
}

void Pagemap::seek(AddressRange range) {
  extents_.clear();
  extent_ = 0;
  in_hole_ = false;
  rest_ = range.start.value >= kKernelHalf ? AddressRange{} : range;
}

Result<std::size_t> Pagemap::read_at(Address start, std::span<PagemapEntry> entries) const {
  // PagemapEntry is one word; pread() is what gives it its value.
  const std::span words(reinterpret_cast<std::uint64_t*>(entries.data()), entries.size());
  return pread_words(fd_.get(), start.value / page_size_.value, words, "pagemap");
}

Result<bool> Pagemap::next(PagemapChunk& chunk) {
  while (extent_ == extents_.size()) {
    if (rest_.start >= rest_.end) return false;
    if (const auto found = find_extents(); !found) return std::unexpected(found.error());
  }
  auto& extent = extents_[extent_];
  const auto pages = std::min<std::uint64_t>(extent.size().value / page_size_.value, kChunkPages);
  entries_.resize(kChunkPages);
  const auto entries = std::span(entries_).first(pages);
  const auto got = read_at(extent.start, entries);
  if (!got) return std::unexpected(got.error());
  if (*got < pages) return std::unexpected(Error{.code = Errc::gone, .file = "pagemap"});
  chunk = {.start = extent.start, .entries = entries};
  extent.start.value += pages * page_size_.value;
  if (extent.start >= extent.end) ++extent_;
  in_hole_ = method_ == PagemapMethod::automatic &&
             std::ranges::all_of(entries, [](PagemapEntry entry) { return entry.empty(); });
  return true;
}

void Pagemap::take_chunk_of_rest() {
  const auto size = std::min(rest_.size(), Bytes{kChunkPages * page_size_.value});
  extents_.push_back({.start = rest_.start, .end = rest_.start + size});
  rest_.start = rest_.start + size;
}

// Puts the next extents of the rest into extents_; none where all that was looked at is empty.
Result<void> Pagemap::find_extents() {
  extents_.clear();
  extent_ = 0;
  if (method_ == PagemapMethod::scan || in_hole_) {
    const auto scanned = scan();
    if (scanned || scanned.error().code != Errc::unsupported) return scanned;
    method_ = PagemapMethod::read;
    in_hole_ = false;
  }
  take_chunk_of_rest();
  return {};
}

Result<void> Pagemap::scan() {
  std::array<ScannedRegion, 512> regions;
  const auto begin = std::chrono::steady_clock::now();
  const ScanQuery query{
      .range = {.start = rest_.start, .end = rest_.start + std::min(rest_.size(), piece_.size())},
      .any_of = PageCategory::present | PageCategory::swapped,
      .returned = bit(PageCategory::present),
      // In a hole only the first page is looked for: reading goes on from there.
      .most_pages = in_hole_ ? std::uint64_t{1} : kChunkPages};
  const auto answer = scan_pagemap(fd_.get(), query, regions);
  if (!answer) return std::unexpected(answer.error());
  const auto took = std::chrono::steady_clock::now() - begin;
  piece_.took({static_cast<std::uint64_t>(std::chrono::nanoseconds(took).count())});
  const auto found = std::span(regions).first(answer->regions);
  if (in_hole_ && !found.empty()) {
    rest_.start = found.front().start;
    take_chunk_of_rest();
    return {};
  }
  for (const auto& region : found) add_extent({.start = region.start, .end = region.end});
  rest_.start = answer->walked_to;
  return {};
}

void Pagemap::add_extent(AddressRange range) {
  if (!extents_.empty()) {
    auto& last = extents_.back();
    if ((range.start - last.end).value <= kPagesWorthSkipping * page_size_.value) {
      last.end = range.end;
      return;
    }
  }
  extents_.push_back(range);
}

}  // namespace pageloupe
