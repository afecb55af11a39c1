// SPDX-License-Identifier: MIT
#include "proc/psi.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_pressure reads both lines", "[proc]") {
  const auto pressure = parse_pressure(
      "some avg10=1.50 avg60=0.25 avg300=0.00 total=123\nfull avg10=100.00 avg60=0.10 avg300=0.01 total=7\n");
  REQUIRE(pressure);
  CHECK(pressure->some.avg10 == Percent{1.5});
  CHECK(pressure->some.avg60 == Percent{0.25});
  CHECK(pressure->some.avg300 == Percent{0});
  CHECK(pressure->some.total == Nanoseconds{123'000});
  REQUIRE(pressure->full);
  CHECK(pressure->full->avg10 == Percent{100});
  CHECK(pressure->full->total == Nanoseconds{7'000});
}

TEST_CASE("the pressure of cpu has no second line in older kernels", "[proc]") {
  const auto pressure = parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
  REQUIRE(pressure);
  CHECK_FALSE(pressure->full);
}

TEST_CASE("parse_pressure refuses other names, numbers and orders", "[proc]") {
  const auto text =
      GENERATE(as<std::string>{}, "", "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
               "some avg10=0.00 avg60=0.00 avg300=0.00\n", "some avg10=inf avg60=0 avg300=0 total=0\n",
               "some avg10=1e3 avg60=0 avg300=0 total=0\n", "some avg10=-1 avg60=0 avg300=0 total=0\n",
               "some avg60=0.00 avg10=0.00 avg300=0.00 total=0\n",
               "some avg10=0 avg60=0 avg300=0 total=18446744073709551615\n");
  INFO(text);
  const auto pressure = parse_pressure(text);
  REQUIRE_FALSE(pressure);
  CHECK(pressure.error().code == Errc::malformed);
}

}  // namespace
}  // namespace pageloupe
