// SPDX-License-Identifier: MIT
#include "sample/page_table_usage.h"

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#include "proc/smaps.h"
#include "support/catch.h"
#include "support/fake_proc.h"
#include "support/family.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;
constexpr std::uint64_t kFile = std::uint64_t{1} << 61;
constexpr Bytes kMiB{1U << 20};

std::string words(std::size_t first, std::initializer_list<std::uint64_t> values) {
  std::string text(first * sizeof(std::uint64_t), '\0');
  for (const auto value : values) {
    std::array<char, sizeof value> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    text.append(bytes.data(), bytes.size());
  }
  return text;
}

VmaRow row_at(std::uint64_t start, std::uint64_t pages) {
  VmaRow row;
  row.record.vma.start = {start};
  row.record.vma.end = {start + pages * 4096};
  return row;
}

std::optional<Bytes> said(const VmaRow& row, SmapsKey key) { return row.record.usage.bytes(key); }

TEST_CASE("regions of a scan are counted by what they are", "[sample]") {
  ScannedPages pages;
  const auto add = [&pages](std::uint64_t mib, PageCategories categories) {
    pages.add({.start = {0}, .end = {mib << 20}, .categories = categories});
  };
  add(1, bit(PageCategory::present));
  add(2, PageCategory::present | PageCategory::file);
  add(4, PageCategory::present | PageCategory::zero);
  add(8, PageCategory::present | PageCategory::huge);
  add(16, PageCategory::present | PageCategory::huge | PageCategory::file);
  add(32, PageCategory::present | PageCategory::huge | PageCategory::zero);
  add(64, bit(PageCategory::swapped));
  add(128, PageCategory::swapped | PageCategory::guard);
  CHECK(pages.present == Bytes{63 * kMiB.value});
  CHECK(pages.file == Bytes{18 * kMiB.value});
  CHECK(pages.zero == Bytes{36 * kMiB.value});
  CHECK(pages.huge_anon == Bytes{8 * kMiB.value});
  CHECK(pages.huge_file == Bytes{16 * kMiB.value});
  CHECK(pages.swapped == Bytes{64 * kMiB.value});
}

TEST_CASE("the page table of a paused process tells what smaps tells of its memory", "[sample]") {
  const Family family(
      [] {
        char* const memory = map_memory(64 * kMiB.value, MAP_PRIVATE);
        write_pages(memory, 3 * kMiB.value);
        read_pages(memory + 8 * kMiB.value, kMiB.value);
        write_pages(map_memory(kMiB.value, MAP_SHARED), kMiB.value / 2);
      },
      {});
  const PidDirs dirs({family.parent()});
  const auto& dir = *dirs.pointers()[0];
  const auto procfs = *ProcFs::open();
  PageTableUsage usage(dir, procfs, {});
  SmapsReader smaps(std::move(*dir.open("smaps")));
  VmaRow row;
  VmaRecord expected;
  std::size_t compared = 0;
  while (smaps.next(expected).value_or(false)) {
    row.record.vma = expected.vma;
    row.identity.kind = expected.vma.name.starts_with("[vvar") ? VmaKind::vvar : VmaKind::anon;
    REQUIRE(usage.measure(row));
    if (!row.has_usage) continue;  // before Linux 6.7, without frames
    INFO(expected.vma.name);
    CHECK(said(row, SmapsKey::rss) == expected.usage.bytes(SmapsKey::rss));
    CHECK(said(row, SmapsKey::anonymous) == expected.usage.bytes(SmapsKey::anonymous));
    CHECK_FALSE(said(row, SmapsKey::pss));
    ++compared;
  }
  CHECK(compared > 5);
}

TEST_CASE("before PAGEMAP_SCAN the frames tell the page of zeros", "[sample]") {
  const FakeProc proc;
  proc.file(7, "pagemap",
            words(16, {kPresent | 1, kPresent | 2, kPresent | kFile | 3, kSwapped | 9 << 5 | 2}));
  proc.file("kpageflags", words(1, {std::uint64_t{1} << static_cast<unsigned>(KpageFlag::anon),
                                    std::uint64_t{1} << static_cast<unsigned>(KpageFlag::zero_page), 0}));
  const auto dir = proc.pid(7);
  const auto procfs = proc.procfs();
  PageTableUsage usage(dir, procfs, {.live = false});
  auto row = row_at(0x10000, 4);
  REQUIRE(usage.measure(row));
  REQUIRE(row.has_usage);
  CHECK(said(row, SmapsKey::rss) == Bytes{2 * 4096});
  CHECK(said(row, SmapsKey::anonymous) == Bytes{4096});
  CHECK(said(row, SmapsKey::swap) == Bytes{4096});
  CHECK_FALSE(said(row, SmapsKey::anon_huge_pages));
}

TEST_CASE("without the right to frames only mappings of files alone have a value, and others the reason",
          "[sample]") {
  const FakeProc proc;
  proc.file(7, "pagemap", words(16, {kPresent, kPresent | kFile, kPresent | kFile, 0}));
  const auto dir = proc.pid(7);
  const auto procfs = proc.procfs();
  PageTableUsage usage(dir, procfs, {.live = false});
  auto mixed = row_at(0x10000, 2);
  REQUIRE(usage.measure(mixed));
  CHECK_FALSE(mixed.has_usage);
  CHECK(mixed.without_usage == Errc::unsupported);
  auto files = row_at(0x11000, 3);
  REQUIRE(usage.measure(files));
  CHECK(said(files, SmapsKey::rss) == Bytes{2 * 4096});
}

TEST_CASE("shared memory that may be in swap has no value for it", "[sample]") {
  const FakeProc proc;
  proc.file(7, "pagemap", words(16, {kPresent | kFile, kPresent | kFile}));
  const auto dir = proc.pid(7);
  const auto procfs = proc.procfs();
  PageTableUsage usage(dir, procfs, {.swap_in_use = true, .live = false});
  auto row = row_at(0x10000, 1);
  row.record.vma.inode = 5;
  REQUIRE(usage.measure(row));
  CHECK(row.has_usage);
  CHECK_FALSE(said(row, SmapsKey::swap));
  row.record.vma.device = {.major = 254, .minor = 0};
  REQUIRE(usage.measure(row));
  CHECK(said(row, SmapsKey::swap) == Bytes{});
}

TEST_CASE("a process without a pagemap has a reason and no usage", "[sample]") {
  const FakeProc proc;
  proc.file(7, "stat", "");
  const auto dir = proc.pid(7);
  const auto procfs = proc.procfs();
  PageTableUsage usage(dir, procfs, {.live = false});
  auto row = row_at(0x10000, 1);
  REQUIRE(usage.measure(row));
  CHECK_FALSE(row.has_usage);
  CHECK(row.without_usage == Errc::unsupported);
}

}  // namespace
}  // namespace pageloupe
