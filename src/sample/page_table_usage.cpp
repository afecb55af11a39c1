// SPDX-License-Identifier: MIT
#include "sample/page_table_usage.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "base/pause.h"
#include "sample/mapped_file.h"

namespace pageloupe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kKernelHalf = std::uint64_t{1} << 63;
constexpr auto kSaid = PageCategory::present | PageCategory::swapped | PageCategory::file |
                       PageCategory::zero | PageCategory::huge;

// Frames of the kernel and of devices have no entry of a file, and RSS does not count them.
bool is_kernels(VmaKind kind) { return kind == VmaKind::vvar || kind == VmaKind::vsyscall; }

}  // namespace

void ScannedPages::add(const ScannedRegion& region) {
  const auto size = region.end - region.start;
  if (has(region.categories, PageCategory::guard)) return;
  if (has(region.categories, PageCategory::swapped)) swapped += size;
  if (!has(region.categories, PageCategory::present)) return;
  present += size;
  const bool of_file = has(region.categories, PageCategory::file);
  if (of_file) file += size;
  if (has(region.categories, PageCategory::zero)) {
    zero += size;
  } else if (has(region.categories, PageCategory::huge)) {
    (of_file ? huge_file : huge_anon) += size;
  }
}

PageTableUsage::PageTableUsage(const PidDir& dir, const ProcFs& procfs, const PageTableContext& context)
    : dir_(dir),
      procfs_(procfs),
      context_(context),
      pagemap_(dir.open("pagemap")),
      returned_(kSaid | PageCategory::guard) {}

void PageTableUsage::rest_after(Nanoseconds took) {
  constexpr Nanoseconds kWorthARest{200'000};
  piece_.took(took);
  held_ += took;
  if (held_ < kWorthARest) return;
  sleep_for(std::chrono::nanoseconds(held_.value));
  held_ = {};
}

Result<ScannedPages> PageTableUsage::scan(AddressRange range) {
  ScannedPages pages;
  std::array<ScannedRegion, 512> room;
  while (range.start < range.end) {
    const auto size = std::min(range.size(), piece_.size());
    const ScanQuery query{.range = {.start = range.start, .end = range.start + size},
                          .any_of = PageCategory::present | PageCategory::swapped,
                          .returned = returned_,
                          .most_pages = ScanPiece::kPagesAtOnce};
    const auto begin = Clock::now();
    const auto answer = scan_pagemap(pagemap_->get(), query, room);
    if (!answer && answer.error().code == Errc::unsupported && has(returned_, PageCategory::guard)) {
      returned_ = kSaid;  // a kernel that does not know of guards
      continue;
    }
    if (!answer) return std::unexpected(answer.error());
    for (const auto& region : std::span(room).first(answer->regions)) pages.add(region);
    range.start = answer->walked_to;
    rest_after({static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count())});
  }
  return pages;
}

Result<void> PageTableUsage::measure(VmaRow& row) {
  row.record.usage.clear();
  row.has_usage = false;
  row.of_page_table = true;
  if (!pagemap_) {
    row.without_usage = pagemap_.error().code;
    return {};
  }
  const auto& vma = row.record.vma;
  if (vma.start.value >= kKernelHalf) {
    set(row, {});
    return {};
  }
  if (can_scan_) {
    const auto pages = scan({.start = vma.start, .end = vma.end});
    if (pages) {
      set(row, *pages);
      return {};
    }
    if (pages.error().code == Errc::gone) return std::unexpected(pages.error());
    row.without_usage = pages.error().code;
    if (pages.error().code != Errc::unsupported) return {};
    can_scan_ = false;
  }
  return by_pagemap(row);
}

// Whether its huge pages are of the pool; nothing where that cannot be told.
std::optional<bool> PageTableUsage::is_hugetlb(const VmaRow& row) const {
  if (context_.hugetlb == Bytes{} || row.record.vma.inode == 0) return false;
  if (row.identity.kind == VmaKind::hugetlb) return true;
  const auto handle = locate_mapped_file(procfs_, dir_.pid(), row.record.vma, context_.live);
  struct statfs about{};
  if (!handle || ::fstatfs(handle->get(), &about) != 0) return std::nullopt;
  return about.f_type == HUGETLBFS_MAGIC;
}

// A file on a device has its own place to go to; what is on none may be shared memory, which goes to swap.
bool PageTableUsage::swap_is_known(const VmaRow& row) const {
  const auto& vma = row.record.vma;
  return !context_.swap_in_use || vma.inode == 0 || vma.device.major != 0;
}

void PageTableUsage::set(VmaRow& row, const ScannedPages& pages) const {
  auto& usage = row.record.usage;
  auto rss = pages.present - pages.zero;
  auto anonymous = rss - pages.file;
  const bool huge = pages.huge_file + pages.huge_anon != Bytes{};
  const auto hugetlb = huge ? is_hugetlb(row) : false;
  if (is_kernels(row.identity.kind)) rss = anonymous = Bytes{};
  if (row.identity.kind == VmaKind::device && row.record.vma.perms.shared) {
    rss = pages.file;
    anonymous = Bytes{};
  }
  // A private mapping of a device may have copied pages, which are in RSS, beside the device's, which are
  // not.
  const bool mixed =
      row.identity.kind == VmaKind::device && !row.record.vma.perms.shared && anonymous != Bytes{};
  if (mixed || !hugetlb) {
    row.without_usage = mixed ? Errc::unsupported : Errc::denied;
    return;
  }
  row.has_usage = true;
  usage.set(SmapsKey::rss, *hugetlb ? 0 : rss.value);
  usage.set(SmapsKey::anonymous, *hugetlb ? 0 : anonymous.value);
  usage.set(SmapsKey::anon_huge_pages, *hugetlb ? 0 : pages.huge_anon.value);
  // Which of the two it is the page table does not tell: columns show what needs no telling apart.
  usage.set(SmapsKey::file_pmd_mapped, *hugetlb ? 0 : pages.huge_file.value);
  usage.set(SmapsKey::private_hugetlb, *hugetlb ? pages.present.value : 0);
  if (swap_is_known(row)) usage.set(SmapsKey::swap, pages.swapped.value);
}

// Without PAGEMAP_SCAN: only the frame's flags tell the page of zeros from a page that a fork shares.
Result<void> PageTableUsage::by_pagemap(VmaRow& row) {
  if (!meter_) meter_.emplace(dir_, procfs_, PageWants{.frames = true, .live = context_.live});
  const auto use = meter_->measure(row.record.vma, row.identity.kind);
  if (!use) return std::unexpected(use.error());
  row.without_usage = use->table ? Errc::unsupported : use->table.error();
  if (!use->table) return {};
  const bool only_files = use->table->present == use->table->file;
  if (!use->frames && !only_files) {
    row.without_usage = use->frames.error();
    return {};
  }
  auto& usage = row.record.usage;
  constexpr auto kAnon = place_of(KpageFlag::anon);
  constexpr auto kHugetlb = place_of(KpageFlag::huge);
  const auto hugetlb = use->frames ? use->frames->of(kHugetlb) : Bytes{};
  if (!use->frames && context_.hugetlb != Bytes{}) return {};
  row.has_usage = true;
  usage.set(SmapsKey::rss, (use->frames ? use->frames->rss : use->table->present).value);
  const auto anonymous = use->frames ? use->frames->of(kAnon) : Bytes{};
  usage.set(SmapsKey::anonymous, hugetlb == Bytes{} ? anonymous.value : 0);
  usage.set(SmapsKey::private_hugetlb, hugetlb.value);
  if (swap_is_known(row)) usage.set(SmapsKey::swap, use->table->swapped.value);
  return {};
}

}  // namespace pageloupe
