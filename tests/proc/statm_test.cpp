// SPDX-License-Identifier: MIT
#include "proc/statm.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_statm reads pages and skips lib", "[proc]") {
  const auto statm = parse_statm("2205 1312 1101 248 9 333 0\n");
  REQUIRE(statm);
  CHECK(statm->size == Pages{2205});
  CHECK(statm->resident == Pages{1312});
  CHECK(statm->shared == Pages{1101});
  CHECK(statm->text == Pages{248});
  CHECK(statm->data == Pages{333});
}

TEST_CASE("statm of a kernel thread is zero and not an error", "[proc]") {
  const auto statm = parse_statm("0 0 0 0 0 0 0\n");
  REQUIRE(statm);
  CHECK(statm->size == Pages{0});
}

TEST_CASE("parse_statm refuses what is not six numbers", "[proc]") {
  for (const std::string_view text : {"", "\n", "1", "1 2 3 4 5\n", "1 2 3 4 5 x\n", "-1 2 3 4 5 6\n",
                                      "1 2 3 4 5 18446744073709551616\n", "1\n2 3 4 5 6"}) {
    INFO(text);
    const auto statm = parse_statm(text);
    REQUIRE_FALSE(statm);
    CHECK(statm.error().code == Errc::malformed);
    CHECK(statm.error().file == "statm");
  }
}

}  // namespace
}  // namespace pageloupe
