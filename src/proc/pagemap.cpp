// SPDX-License-Identifier: MIT
#include "proc/pagemap.h"

#include <algorithm>
#include <array>
#include <sys/ioctl.h>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kFrameMask = (std::uint64_t{1} << 55) - 1;
constexpr unsigned kSwapTypeBits = 5;
// Linux uses the types above its swap areas for other things than swap; how many depends on its options, and
// no machine has as many areas as there are left.
constexpr std::uint32_t kFirstSpecialType = 23;

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

struct ScanRegion {
  std::uint64_t start;
  std::uint64_t end;
  std::uint64_t categories;
};

constexpr unsigned long kScanRequest = _IOWR('f', 16, ScanArgument);
constexpr std::uint64_t kCategoryPresent = 1U << 3;
constexpr std::uint64_t kCategorySwapped = 1U << 4;

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
  return true;
}

// Puts the next extents of the rest into extents_; none where all that was looked at is empty.
Result<void> Pagemap::find_extents() {
  extents_.clear();
  extent_ = 0;
  const bool small = rest_.size().value <= kChunkPages * page_size_.value;
  if (method_ == PagemapMethod::scan || (method_ == PagemapMethod::automatic && !small)) {
    const auto scanned = scan();
    if (!scanned) return std::unexpected(scanned.error());
    if (*scanned) return {};
    method_ = PagemapMethod::read;
  }
  extents_.push_back(rest_);
  rest_.start = rest_.end;
  return {};
}

// False when this kernel cannot.
Result<bool> Pagemap::scan() {
  std::array<ScanRegion, 512> regions;
  ScanArgument argument{};
  argument.size = sizeof(argument);
  argument.start = rest_.start.value;
  argument.end = rest_.end.value;
  argument.vec = reinterpret_cast<std::uintptr_t>(regions.data());
  argument.vec_len = regions.size();
  argument.category_anyof_mask = kCategoryPresent | kCategorySwapped;
  argument.return_mask = kCategoryPresent;
  int count = 0;
  do {
    count = ::ioctl(fd_.get(), kScanRequest, &argument);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && meaning_of(errno) == Errc::unsupported) return false;
  if (count < 0) return os_failure(errno, "pagemap");
  if (argument.walk_end <= rest_.start.value) return false;
  for (const auto& region : std::span(regions).first(static_cast<std::size_t>(count))) {
    add_extent({.start = {region.start}, .end = {region.end}});
  }
  rest_.start = Address{std::min(argument.walk_end, rest_.end.value)};
  return true;
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
