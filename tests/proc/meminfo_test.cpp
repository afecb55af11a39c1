// SPDX-License-Identifier: MIT
#include "proc/meminfo.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_meminfo reads kB as bytes and page counts as numbers", "[proc]") {
  const auto meminfo = parse_meminfo(
      "MemTotal:       24683656 kB\nMemFree:        23855000 kB\nCommitted_AS:    1234567 "
      "kB\nHugePages_Total:       3\n"
      "HugePages_Free:        2\nHugepagesize:       2048 kB\n");
  REQUIRE(meminfo);
  CHECK(meminfo->bytes(MeminfoKey::mem_total) == Bytes{24683656ULL * 1024});
  CHECK(meminfo->bytes(MeminfoKey::committed_as) == Bytes{1234567ULL * 1024});
  CHECK((*meminfo)[MeminfoKey::huge_pages_total] == 3);
  CHECK((*meminfo)[MeminfoKey::huge_pages_free] == 2);
  CHECK(meminfo->bytes(MeminfoKey::hugepagesize) == Bytes{2048 * 1024});
}

TEST_CASE("a meminfo without MemAvailable has none rather than zero", "[proc]") {
  const auto meminfo = parse_meminfo("MemTotal:  100 kB\nMemFree:  50 kB\n");
  REQUIRE(meminfo);
  CHECK_FALSE((*meminfo)[MeminfoKey::mem_available]);
}

TEST_CASE("meminfo keys that are not known are passed over, whatever they say", "[proc]") {
  const auto meminfo =
      parse_meminfo("MemTotal:  100 kB\nDirectMap4k:  7 pages\nNew thing\n\n: \nShmem: 4 kB\n");
  REQUIRE(meminfo);
  CHECK(meminfo->bytes(MeminfoKey::shmem) == Bytes{4096});
}

TEST_CASE("parse_meminfo refuses a known key without a number and a text without MemTotal", "[proc]") {
  const auto bad = parse_meminfo("MemTotal:  100 kB\nMemFree:  many kB\n");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().field == "MemFree");
  CHECK(bad.error().line == 2);
  CHECK_FALSE(parse_meminfo(""));
  CHECK_FALSE(parse_meminfo("MemFree: 1 kB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal:  100 MB\n"));
  CHECK_FALSE(parse_meminfo("MemTotal:\n"));
}

}  // namespace
}  // namespace pageloupe
