// SPDX-License-Identifier: MIT
#include "proc/keyed.h"

#include <algorithm>
#include <string>

#include "proc/limits.h"
#include "proc/meminfo.h"
#include "proc/smaps_rollup.h"
#include "proc/stat.h"
#include "proc/statm.h"
#include "proc/status.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_quantity reads kB as 1,024 bytes and no other unit", "[proc]") {
  CHECK(parse_quantity("   12 kB") == 12288);
  CHECK(parse_quantity("\t  3") == 3);
  CHECK(parse_quantity("18014398509481983 kB") == 18014398509481983ULL * 1024);
  for (const std::string_view text : {"", " ", "kB", "12 MB", "12 kb", "12 kB kB", "12 k", "12kB", "-1 kB",
                                      "1.5 kB", "18014398509481984 kB", "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(parse_quantity(text));
  }
}

// The kernel ends each of these texts with a newline, so that one which ends elsewhere was cut.
template <class Parse, class Same>
void check_every_cut(std::string_view text, Parse parse, Same same) {
  const auto whole = parse(text);
  REQUIRE(whole);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto cut = parse(text.substr(0, length));
    INFO(text.substr(0, length));
    if (cut) CHECK(same(*cut, *whole));
  }
}

// True when `cut` has no value that differs from the whole's.
template <class Keys>
bool no_other_number(const auto& cut, const auto& whole, const Keys& keys) {
  return std::ranges::all_of(
      keys, [&](const auto& row) { return !cut[row.key] || cut[row.key] == whole[row.key]; });
}

TEST_CASE("a status that is cut anywhere gives no number that is not there", "[proc]") {
  check_every_cut("Name:\ta\nTgid:\t4242\nVmRSS:\t   16968 kB\nThreads:\t13\n", parse_status,
                  [](const auto& cut, const auto& whole) {
                    return no_other_number(cut.values, whole.values, kStatusKeys);
                  });
}

TEST_CASE("a meminfo that is cut anywhere gives no number that is not there", "[proc]") {
  check_every_cut(
      "MemTotal:       24683656 kB\nMemFree:        23855000 kB\nHugePages_Total:       37\n", parse_meminfo,
      [](const auto& cut, const auto& whole) { return no_other_number(cut, whole, kMeminfoKeys); });
}

TEST_CASE("a smaps_rollup that is cut anywhere gives no number that is not there", "[proc]") {
  check_every_cut("a-b ---p 0 00:00 0 [rollup]\nRss:  4242 kB\nPss:  77 kB\n", parse_smaps_rollup,
                  [](const auto& cut, const auto& whole) { return no_other_number(cut, whole, kSmapsKeys); });
}

TEST_CASE("limits that are cut anywhere give no number that is not there", "[proc]") {
  check_every_cut(
      "Max stack size            8388608              16777216             bytes     \n", parse_limits,
      [](const auto& cut, const auto& whole) {
        const auto& here = cut[Limit::stack];
        return !here || (here->soft == whole[Limit::stack]->soft && here->hard == whole[Limit::stack]->hard);
      });
}

TEST_CASE("a statm that is cut anywhere gives no number that is not there", "[proc]") {
  check_every_cut("2205 1312 1101 248 0 333 0\n", parse_statm, [](const auto& cut, const auto& whole) {
    return cut.data == whole.data && cut.size == whole.size;
  });
}

TEST_CASE("a stat that is cut anywhere gives no number that is not there", "[proc]") {
  check_every_cut("7 (x) S 1 7 7 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4096 57 66\n", parse_stat,
                  [](const auto& cut, const auto& whole) {
                    return cut.rss == whole.rss && (cut.rsslim == 0 || cut.rsslim == whole.rsslim);
                  });
}

}  // namespace
}  // namespace pageloupe
