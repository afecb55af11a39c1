// SPDX-License-Identifier: MIT
#include "proc/pagemap.h"

#include <map>
#include <sys/mman.h>
#include <unistd.h>

#include "support/catch.h"
#include "support/family.h"

namespace pageloupe {
namespace {

constexpr Bytes kPage{4096};
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;

std::map<std::uint64_t, std::uint64_t> pages_of(const PidDir& dir, AddressRange range, PagemapMethod method) {
  auto pagemap = Pagemap::open(dir, kPage, method);
  REQUIRE(pagemap);
  std::map<std::uint64_t, std::uint64_t> pages;
  pagemap->seek(range);
  PagemapChunk chunk;
  for (;;) {
    const auto more = pagemap->next(chunk);
    REQUIRE(more);
    if (!*more) return pages;
    for (std::size_t i = 0; i < chunk.entries.size(); ++i) {
      if (chunk.entries[i].empty()) continue;
      const auto at = chunk.start.value + i * kPage.value;
      CHECK(pages.emplace(at, chunk.entries[i].raw).second);
    }
  }
}

TEST_CASE("an entry of pagemap says what its bits say", "[proc]") {
  const PagemapEntry entry{kPresent | std::uint64_t{1} << 61 | std::uint64_t{1} << 56 |
                           std::uint64_t{1} << 55 | 77};
  CHECK(entry.present());
  CHECK(entry.file_or_shared());
  CHECK(entry.exclusive());
  CHECK(entry.soft_dirty());
  CHECK_FALSE(entry.not_present_but_used());
  CHECK(entry.pfn() == 77U);
  CHECK(PagemapEntry{}.empty());
  CHECK(PagemapEntry{}.pfn().error().code == Errc::not_applicable);
}

TEST_CASE("a present page whose frame is hidden is denied, never frame 0", "[proc]") {
  CHECK(PagemapEntry{kPresent}.pfn().error().code == Errc::denied);
  CHECK(PagemapEntry{kSwapped}.swap_slot().error().code == Errc::denied);
}

TEST_CASE("a swap entry of pagemap tells area and offset", "[proc]") {
  const auto slot = PagemapEntry{kSwapped | 9 << 5 | 2}.swap_slot();
  REQUIRE(slot);
  CHECK(slot->type == 2);
  CHECK(slot->offset == 9);
}

TEST_CASE("what only has the form of a swap entry is not in swap", "[proc]") {
  const PagemapEntry migrating{kSwapped | 9 << 5 | 25};
  CHECK(migrating.swap_slot().error().code == Errc::not_applicable);
  CHECK(migrating.detached());
  const PagemapEntry marker{kSwapped | 9 << 5 | 31};
  CHECK(marker.swap_slot().error().code == Errc::not_applicable);
  CHECK_FALSE(marker.detached());
  const PagemapEntry guard{kSwapped | std::uint64_t{1} << 58 | 9 << 5 | 31};
  CHECK(guard.swap_slot().error().code == Errc::not_applicable);
}

TEST_CASE("scanning and reading a pagemap find the same pages", "[proc]") {
  constexpr std::size_t kSize = std::size_t{2} << 30;
  char* const memory = map_memory(kSize, MAP_PRIVATE | MAP_NORESERVE);
  std::size_t touched = 0;
  // Runs of pages at distances of a few pages, of megabytes, and at both ends.
  for (std::size_t at = 0; at < kSize; at = at * 2 + 12288) {
    write_pages(memory + at, 8192);
    touched += 2;
  }
  write_pages(memory + kSize - kPage.value, kPage.value);
  ++touched;
  const PidDirs dirs({::getpid()});
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const AddressRange range{.start = {start}, .end = {start + kSize}};
  const auto scanned = pages_of(*dirs.pointers()[0], range, PagemapMethod::scan);
  const auto read = pages_of(*dirs.pointers()[0], range, PagemapMethod::read);
  CHECK(read.size() == touched);
  CHECK(scanned == read);
  CHECK(pages_of(*dirs.pointers()[0], range, PagemapMethod::automatic) == read);
  ::munmap(memory, kSize);
}

TEST_CASE("a pagemap of more scattered runs than one scan returns is read whole", "[proc]") {
  constexpr std::size_t kRuns = 1500;
  constexpr std::size_t kStride = 1 << 20;
  char* const memory = map_memory(kRuns * kStride, MAP_PRIVATE | MAP_NORESERVE);
  for (std::size_t i = 0; i < kRuns; ++i) write_pages(memory + i * kStride, 1);
  const PidDirs dirs({::getpid()});
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const AddressRange range{.start = {start}, .end = {start + kRuns * kStride}};
  CHECK(pages_of(*dirs.pointers()[0], range, PagemapMethod::scan).size() == kRuns);
  ::munmap(memory, kRuns * kStride);
}

TEST_CASE("the kernel's half of the address space has no pages", "[proc]") {
  const PidDirs dirs({::getpid()});
  const AddressRange vsyscall{.start = {0xffffffffff600000}, .end = {0xffffffffff601000}};
  CHECK(pages_of(*dirs.pointers()[0], vsyscall, PagemapMethod::automatic).empty());
}

TEST_CASE("without the right to frame numbers a pagemap still tells what is present", "[proc]") {
  if (!can_read_frames()) return;
  char* const memory = map_memory(kPage.value, MAP_PRIVATE);
  write_pages(memory, kPage.value);
  CHECK(as_nobody([memory] {
    const auto dir = ProcFs::open()->pid(Pid{::getpid()});
    const auto pagemap = Pagemap::open(*dir, kPage);
    std::array<PagemapEntry, 1> entry;
    const auto got = pagemap->read_at(Address{reinterpret_cast<std::uintptr_t>(memory)}, entry);
    return got && *got == 1 && entry[0].present() && !entry[0].pfn() &&
           entry[0].pfn().error().code == Errc::denied;
  }));
  ::munmap(memory, kPage.value);
}

}  // namespace
}  // namespace pageloupe
