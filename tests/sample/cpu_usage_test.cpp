// SPDX-License-Identifier: MIT
#include "sample/cpu_usage.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("time between is of each kind what passed", "[sample]") {
  const CpuTimes before{.user = {100}, .system = {50}, .idle = {1000}, .guest = {10}};
  const CpuTimes now{.user = {130}, .system = {60}, .idle = {1060}, .guest = {15}};
  const auto passed = time_between(before, now);
  CHECK(passed.user == Ticks{30});
  CHECK(passed.system == Ticks{10});
  CHECK(passed.idle == Ticks{60});
  CHECK(passed.guest == Ticks{5});
  CHECK(passed.total() == Ticks{100});
  CHECK(share_of(passed.user, passed) == 30.0);
}

TEST_CASE("iowait that goes back is no time", "[sample]") {
  const CpuTimes before{.idle = {100}, .iowait = {50}};
  const CpuTimes now{.idle = {110}, .iowait = {40}};
  const auto passed = time_between(before, now);
  CHECK(passed.iowait == Ticks{0});
  CHECK(share_of(passed.idle, passed) == 100.0);
}

TEST_CASE("a share of no time is nothing", "[sample]") { CHECK(share_of(Ticks{0}, CpuTimes{}) == 0.0); }

SystemStat machine(std::initializer_list<NumberedCpuTimes> cpus) { return {.cpu = {}, .cpus = cpus}; }

TEST_CASE("a CPU is compared with itself when others came or went", "[sample]") {
  const auto before = machine({{0, {.user = {10}}}, {1, {.user = {500}}}, {2, {.user = {20}}}});
  const auto now = machine({{0, {.user = {11}}}, {2, {.user = {25}}}, {3, {.user = {7}}}});
  CHECK(time_between(before, now, 0)->user == Ticks{1});
  CHECK(time_between(before, now, 1)->user == Ticks{5});
  CHECK_FALSE(time_between(before, now, 2));
}

TEST_CASE("the time of several CPUs adds up", "[sample]") {
  CpuTimes sum{.user = {1}, .steal = {2}};
  sum += CpuTimes{.user = {3}, .guest_nice = {4}};
  CHECK(sum.user == Ticks{4});
  CHECK(sum.steal == Ticks{2});
  CHECK(sum.guest_nice == Ticks{4});
}

}  // namespace
}  // namespace pageloupe
