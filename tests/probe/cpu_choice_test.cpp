// SPDX-License-Identifier: MIT
#include "probe/cpu_choice.h"

#include "support/catch.h"

namespace pageloupe::test {
namespace {

constexpr std::string_view kBefore =
    "cpu  30 0 30 300 0 0 0 0 0 0\n"
    "cpu0 10 0 10 100 0 0 0 0 0 0\n"
    "cpu1 10 0 10 100 0 0 0 0 0 0\n"
    "cpu2 10 0 10 100 0 0 0 0 0 0\n"
    "intr 17 0 0\n";

}  // namespace

TEST_CASE("parse_cpu_times reads the lines of single CPUs", "[probe]") {
  const auto times = parse_cpu_times("cpu  9 9 9 9\ncpu3 1 2 3 40 5 6 7 8 9 10\nctxt 4\n");
  REQUIRE(times.size() == 1);
  CHECK(times[0].cpu == 3);
  CHECK(times[0].busy == 6);
  CHECK(times[0].interrupts == 13);
  CHECK(times[0].steal == 8);
  CHECK(times[0].total == 72);  // guest time is part of user time
}

TEST_CASE("parse_cpu_times leaves out a line that is cut off", "[probe]") {
  CHECK(parse_cpu_times("cpu0 1 2 3 4 5 6").empty());
  CHECK(parse_cpu_times("").empty());
}

TEST_CASE("the quietest CPU is the one from which least was stolen, then the least busy, then the last",
          "[probe]") {
  const auto before = parse_cpu_times(kBefore);
  const std::vector<int> allowed{0, 1, 2};
  const auto stolen =
      parse_cpu_times("cpu0 10 0 10 105 0 0 0 0\ncpu1 15 0 10 100 0 0 0 0\ncpu2 10 0 10 103 0 0 0 2\n");
  CHECK(quietest_cpu(before, stolen, allowed) == 0);
  CHECK(quietest_cpu(before, stolen, std::vector<int>{1, 2}) == 1);
  CHECK(quietest_cpu(before, before, allowed) == 2);
}

TEST_CASE("without readings the last allowed CPU is taken", "[probe]") {
  CHECK(quietest_cpu({}, {}, std::vector<int>{4, 7}) == 7);
  CHECK(quietest_cpu({}, {}, {}) == std::nullopt);
}

TEST_CASE("the steal share is that of the ticks between two readings", "[probe]") {
  const auto before = parse_cpu_times(kBefore);
  const auto after = parse_cpu_times("cpu0 13 0 10 106 0 0 0 1\n");
  REQUIRE(steal_share(before, after, 0));
  CHECK(*steal_share(before, after, 0) == Approx(0.1));
  CHECK_FALSE(steal_share(before, before, 0));
  CHECK_FALSE(steal_share(before, after, 1));
}

TEST_CASE("a CPU that does not exist cannot be taken", "[probe]") {
  const auto pin = CpuPin::take(1'000'000);
  REQUIRE_FALSE(pin);
  CHECK(not_measured(pin.error()) == "not measured: there is no such CPU");
}

TEST_CASE("a pin gives back what the thread was allowed", "[probe]") {
  cpu_set_t before;
  REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  {
    const auto pin = CpuPin::take(std::nullopt);
    REQUIRE(pin);
    CHECK_FALSE(pin->moved());
  }
  cpu_set_t after;
  REQUIRE(::sched_getaffinity(0, sizeof after, &after) == 0);
  CHECK(CPU_EQUAL(&before, &after));
}

}  // namespace pageloupe::test
