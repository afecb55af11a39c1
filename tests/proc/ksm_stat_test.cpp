// SPDX-License-Identifier: MIT
#include "proc/ksm_stat.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_ksm_stat reads lines with and without a colon", "[proc]") {
  const auto stat = parse_ksm_stat(
      "ksm_rmap_items 10\nksm_zero_pages 2\nksm_merging_pages 3\nksm_process_profit 4096\n"
      "ksm_merge_any: no\nksm_mergeable: yes\n");
  REQUIRE(stat);
  CHECK(stat->rmap_items == 10U);
  CHECK(stat->zero_pages == Pages{2});
  CHECK(stat->merging_pages == Pages{3});
  CHECK(stat->process_profit == 4096);
  CHECK(stat->merge_any == false);
  CHECK(stat->mergeable == true);
}

TEST_CASE("the profit of merging may be a loss", "[proc]") {
  const auto stat = parse_ksm_stat("ksm_process_profit -640\n");
  REQUIRE(stat);
  CHECK(stat->process_profit == -640);
}

TEST_CASE("what an older kernel does not say of merging is missing, not zero", "[proc]") {
  const auto stat = parse_ksm_stat("ksm_rmap_items 0\nksm_later 7\n");
  REQUIRE(stat);
  CHECK(stat->rmap_items == 0U);
  CHECK_FALSE(stat->merging_pages);
  CHECK_FALSE(stat->process_profit);
  CHECK_FALSE(stat->merge_any);
}

TEST_CASE("parse_ksm_stat says which line it cannot read", "[proc]") {
  const auto stat = parse_ksm_stat("ksm_rmap_items 0\nksm_zero_pages x\n");
  REQUIRE_FALSE(stat);
  CHECK(stat.error().code == Errc::malformed);
  CHECK(stat.error().line == 2);
  CHECK_FALSE(parse_ksm_stat("ksm_mergeable: maybe\n"));
}

}  // namespace
}  // namespace pageloupe
