// SPDX-License-Identifier: MIT
#include "proc/limits.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kLimits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max cpu time              unlimited            unlimited            seconds   \n"
    "Max data size             1073741824           unlimited            bytes     \n"
    "Max stack size            8388608              16777216             bytes     \n"
    "Max core file size        0                    unlimited            bytes     \n"
    "Max open files            1024                 524288               files     \n"
    "Max locked memory         8388608              8388608              bytes     \n"
    "Max address space         unlimited            unlimited            bytes     \n"
    "Max realtime timeout      unlimited            unlimited            us        \n";

TEST_CASE("parse_limits tells soft from hard and unlimited from zero", "[proc]") {
  const auto limits = parse_limits(kLimits);
  REQUIRE(limits);
  REQUIRE((*limits)[Limit::stack]);
  CHECK((*limits)[Limit::stack]->soft == 8388608);
  CHECK((*limits)[Limit::stack]->hard == 16777216);
  REQUIRE((*limits)[Limit::data]);
  CHECK((*limits)[Limit::data]->soft == 1073741824);
  CHECK_FALSE((*limits)[Limit::data]->hard);
  REQUIRE((*limits)[Limit::address_space]);
  CHECK_FALSE((*limits)[Limit::address_space]->soft);
  REQUIRE((*limits)[Limit::nofile]);
  CHECK((*limits)[Limit::nofile]->soft == 1024);
}

TEST_CASE("a limit that a kernel does not have is absent", "[proc]") {
  const auto limits =
      parse_limits("Max stack size            8388608              unlimited            bytes     \n");
  REQUIRE(limits);
  CHECK((*limits)[Limit::stack]);
  CHECK_FALSE((*limits)[Limit::data]);
}

TEST_CASE("a limit of another form is malformed with its line", "[proc]") {
  for (const std::string_view text : {"x\nMax stack size  8388608\n", "x\nMax stack size  many few bytes\n",
                                      "x\nMax stack size\n", "x\nMax stack size -1 -1 bytes\n"}) {
    INFO(text);
    const auto limits = parse_limits(text);
    REQUIRE_FALSE(limits);
    CHECK(limits.error().field == "Max stack size");
    CHECK(limits.error().line == 2);
  }
}

TEST_CASE("limits cut at the end of a line have fewer rows", "[proc]") {
  const auto whole = parse_limits(kLimits);
  REQUIRE(whole);
  for (auto at = kLimits.find('\n'); at != std::string_view::npos; at = kLimits.find('\n', at + 1)) {
    const auto cut = parse_limits(kLimits.substr(0, at + 1));
    REQUIRE(cut);
    for (const auto& known : kLimitNames) {
      const auto& here = (*cut)[known.limit];
      if (!here) continue;
      CHECK(here->soft == (*whole)[known.limit]->soft);
      CHECK(here->hard == (*whole)[known.limit]->hard);
    }
  }
}

}  // namespace
}  // namespace pageloupe
