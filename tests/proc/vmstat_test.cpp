// SPDX-License-Identifier: MIT
#include "proc/vmstat.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("parse_vmstat reads what it knows and passes over the rest", "[proc]") {
  const auto vmstat =
      parse_vmstat("nr_free_pages 9\npgfault 37859245\npgmajfault 4500\noom_kill 0\nlater x\n");
  REQUIRE(vmstat);
  CHECK((*vmstat)[VmstatKey::pgfault] == 37859245U);
  CHECK((*vmstat)[VmstatKey::pgmajfault] == 4500U);
  CHECK((*vmstat)[VmstatKey::oom_kill] == 0U);
  CHECK_FALSE((*vmstat)[VmstatKey::thp_fault_alloc]);
}

TEST_CASE("a vmstat key that begins as a known one is another", "[proc]") {
  const auto vmstat = parse_vmstat("pgfault 1\nthp_fault_fallback_charge 9\n");
  REQUIRE(vmstat);
  CHECK_FALSE((*vmstat)[VmstatKey::thp_fault_fallback]);
}

TEST_CASE("parse_vmstat says which line and key it cannot read", "[proc]") {
  const auto vmstat = parse_vmstat("pgfault 1\npswpin -3\n");
  REQUIRE_FALSE(vmstat);
  CHECK(vmstat.error().code == Errc::malformed);
  CHECK(vmstat.error().field == "pswpin");
  CHECK(vmstat.error().line == 2);
  CHECK_FALSE(parse_vmstat(""));
}

}  // namespace
}  // namespace pageloupe
