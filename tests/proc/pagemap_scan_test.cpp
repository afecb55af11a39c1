// SPDX-License-Identifier: MIT
#include "proc/pagemap_scan.h"

#include <array>
#include <fcntl.h>
#include <sys/mman.h>

#include "base/unique_fd.h"
#include "support/catch.h"
#include "support/family.h"

namespace pageloupe {
namespace {

constexpr std::size_t kPage = 4096;

TEST_CASE("a scan tells runs of pages by what they are, and goes on where it stopped", "[proc]") {
  const UniqueFd pagemap(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  char* const memory = map_memory(64 * kPage, MAP_PRIVATE);
  write_pages(memory, 3 * kPage);
  read_pages(memory + 8 * kPage, 2 * kPage);
  write_pages(memory + 10 * kPage, kPage);
  const Address start{reinterpret_cast<std::uintptr_t>(memory)};
  ScanQuery query{.range = {.start = start, .end = start + Bytes{64 * kPage}},
                  .any_of = PageCategory::present | PageCategory::swapped,
                  .returned = PageCategory::present | PageCategory::zero | PageCategory::file};
  std::array<ScannedRegion, 8> room;
  auto answer = scan_pagemap(pagemap.get(), query, room);
  if (!answer && answer.error().code == Errc::unsupported) return;  // before Linux 6.7
  REQUIRE(answer);
  REQUIRE(answer->regions == 3);
  CHECK(answer->walked_to == query.range.end);
  CHECK((room[0].end - room[0].start).value == 3 * kPage);
  CHECK_FALSE(has(room[0].categories, PageCategory::zero));
  CHECK((room[1].end - room[1].start).value == 2 * kPage);
  CHECK(has(room[1].categories, PageCategory::zero));
  CHECK(room[2].start == start + Bytes{10 * kPage});
  CHECK_FALSE(has(room[2].categories, PageCategory::file));

  query.most_pages = 1;
  answer = scan_pagemap(pagemap.get(), query, room);
  REQUIRE(answer);
  CHECK(answer->regions == 1);
  CHECK(answer->walked_to == start + Bytes{kPage});
  ::munmap(memory, 64 * kPage);
}

TEST_CASE("a file that cannot be scanned says so", "[proc]") {
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::array<ScannedRegion, 1> room;
  const auto answer = scan_pagemap(null.get(), {.range = {.start = {0}, .end = {4096}}}, room);
  CHECK(answer.error().code == Errc::unsupported);
}

TEST_CASE("pieces grow where a scan returns at once and shrink where it does not", "[proc]") {
  ScanPiece piece;
  const auto first = piece.size();
  piece.took(Nanoseconds{1000});
  CHECK(piece.size() > first);
  piece.took(Nanoseconds{200'000});
  const auto kept = piece.size();
  CHECK(kept > first);
  piece.took(Nanoseconds{2'000'000});
  CHECK(piece.size() < kept);
  for (int i = 0; i < 100; ++i) piece.took(Nanoseconds{2'000'000});
  CHECK(piece.size() == Bytes{std::uint64_t{2} << 20});
  for (int i = 0; i < 100; ++i) piece.took(Nanoseconds{1});
  CHECK(piece.size() == Bytes{std::uint64_t{1} << 40});
}

}  // namespace
}  // namespace pageloupe
