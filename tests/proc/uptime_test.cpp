// SPDX-License-Identifier: MIT
#include "proc/uptime.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_uptime gives nanoseconds", "[proc]") {
  const auto uptime = parse_uptime("4063.64 5757.08\n");
  REQUIRE(uptime);
  CHECK(uptime->up == Nanoseconds{4'063'640'000'000});
  CHECK(uptime->idle == Nanoseconds{5'757'080'000'000});
}

TEST_CASE("parse_uptime refuses what is cut, negative or too large", "[proc]") {
  const auto text = GENERATE(as<std::string>{}, "", "1.00", "1.00 2", "1.0 2.00", "1.00 -2.00", "1.00 2.0x",
                             "1.00 18446744073.71");
  INFO(text);
  const auto uptime = parse_uptime(text);
  REQUIRE_FALSE(uptime);
  CHECK(uptime.error().code == Errc::malformed);
}

}  // namespace
}  // namespace pageloupe
