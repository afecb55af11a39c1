// SPDX-License-Identifier: MIT
#include "proc/smaps_rollup.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kRollup =
    "5581c3a3f000-7ffc6a5f2000 ---p 00000000 00:00 0                          [rollup]\n"
    "Rss:                3968 kB\nPss:                 591 kB\nPss_Dirty:           436 kB\nPss_Anon:        "
    "    420 kB\n"
    "Pss_File:            155 kB\nPss_Shmem:            16 kB\nShared_Clean:       3500 kB\nShared_Dirty:    "
    "      0 kB\n"
    "Private_Clean:        32 kB\nPrivate_Dirty:       436 kB\nShared_Hugetlb:     2048 kB\nPrivate_Hugetlb: "
    "   4096 kB\n"
    "Swap:                  8 kB\nSwapPss:               4 kB\nLocked:                0 kB\n";

TEST_CASE("parse_smaps_rollup reads the keys that only it has", "[proc]") {
  const auto usage = parse_smaps_rollup(kRollup);
  REQUIRE(usage);
  CHECK(usage->bytes(SmapsKey::rss) == Bytes{3968 * 1024});
  CHECK(usage->bytes(SmapsKey::pss_anon) == Bytes{420 * 1024});
  CHECK(usage->bytes(SmapsKey::pss_file) == Bytes{155 * 1024});
  CHECK(usage->bytes(SmapsKey::pss_shmem) == Bytes{16 * 1024});
  CHECK(usage->bytes(SmapsKey::swap_pss) == Bytes{4 * 1024});
  CHECK_FALSE((*usage)[SmapsKey::size]);
  CHECK_FALSE((*usage)[SmapsKey::ksm]);
}

TEST_CASE("the unique set size leaves hugetlb out and the resident size counts it", "[proc]") {
  const auto usage = parse_smaps_rollup(kRollup);
  REQUIRE(usage);
  CHECK(unique_set_size(*usage) == Bytes{(32 + 436) * 1024});
  CHECK(resident_with_hugetlb(*usage) == Bytes{(3968 + 2048 + 4096) * 1024});
  CHECK_FALSE(unique_set_size(SmapsUsage{}));
  CHECK_FALSE(resident_with_hugetlb(SmapsUsage{}));
}

TEST_CASE("smaps_rollup of a later kernel has keys that are passed over", "[proc]") {
  const auto usage = parse_smaps_rollup("a-b ---p 0 00:00 0 [rollup]\nRss:  4 kB\nPss_Future:  8 kB\n");
  REQUIRE(usage);
  CHECK(usage->bytes(SmapsKey::rss) == Bytes{4096});
}

TEST_CASE("parse_smaps_rollup refuses a text without its first line, without Rss, or with words for numbers",
          "[proc]") {
  for (const std::string_view text :
       {"", "Rss:  4 kB\n", "a-b ---p 0 00:00 0 [heap]\nRss:  4 kB\n", "a-b ---p 0 00:00 0 [rollup]\n",
        "a-b ---p 0 00:00 0 [rollup]\nPss:  4 kB\n", "a-b ---p 0 00:00 0 [rollup]\nRss:  four kB\n",
        "a-b [rollup]\nRss:  4 MB\n", "a-b [rollup]\nRss:  18446744073709551615 kB\n"}) {
    INFO(text);
    const auto usage = parse_smaps_rollup(text);
    REQUIRE_FALSE(usage);
    CHECK(usage.error().code == Errc::malformed);
  }
}

TEST_CASE("adding usages keeps a key that only one of them has", "[proc]") {
  SmapsUsage sum;
  SmapsUsage one;
  one.set(SmapsKey::rss, 10);
  one.set(SmapsKey::swap, 1);
  SmapsUsage two;
  two.set(SmapsKey::rss, 5);
  two.set(SmapsKey::ksm, 7);
  sum += one;
  sum += two;
  CHECK(sum[SmapsKey::rss] == 15);
  CHECK(sum[SmapsKey::swap] == 1);
  CHECK(sum[SmapsKey::ksm] == 7);
  CHECK_FALSE(sum[SmapsKey::pss]);
  sum.clear();
  CHECK(sum.empty());
  one.clear();
  one += two;
  CHECK(one[SmapsKey::rss] == 5);
}

}  // namespace
}  // namespace pageloupe
