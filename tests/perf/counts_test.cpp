// SPDX-License-Identifier: MIT
#include "perf/counts.h"

#include "support/catch.h"

namespace pageloupe::perf {
namespace {

constexpr Nanoseconds kMs{1'000'000};
const Counts kNothing{};

// Misses, loads, instructions.
Counts loads(std::uint64_t misses, std::uint64_t accesses, std::uint64_t instructions,
             std::uint64_t enabled_ms, std::uint64_t running_ms) {
  Counts counts;
  counts[Group::loads].values = {misses, accesses, instructions};
  counts[Group::loads].enabled = {enabled_ms * kMs.value};
  counts[Group::loads].running = {running_ms * kMs.value};
  return counts;
}

TEST_CASE("what never ran and what never got the PMU are two different reasons", "[perf]") {
  const auto idle = loads(0, 0, 0, 0, 0);
  CHECK(counted({idle, kNothing}, Group::loads, Event::dtlb_loads).error() == Errc::did_not_run);
  const auto waiting = loads(0, 0, 0, 5, 0);
  CHECK(counted({waiting, kNothing}, Group::loads, Event::dtlb_loads).error() == Errc::not_scheduled);
  CHECK(running_share({waiting, kNothing}, Group::loads)->value == Approx(0));
}

TEST_CASE("an interval has its own reasons, whatever was before", "[perf]") {
  const auto before = loads(5, 10, 100, 50, 50);
  CHECK(counted({before, before}, Group::loads, Event::dtlb_loads).error() == Errc::did_not_run);
  auto later = loads(7, 20, 300, 60, 60);
  CHECK(counted({later, before}, Group::loads, Event::dtlb_load_misses) == 2);
  CHECK(per_thousand_instructions({later, before}, Group::loads, Event::dtlb_loads)->value == Approx(50));
}

TEST_CASE("a counter that stays at 0 through 0.1 s of instructions is stuck", "[perf]") {
  const auto stuck = loads(0, 0, 1'000'000, 100, 100);
  CHECK(counted({stuck, kNothing}, Group::loads, Event::dtlb_loads).error() == Errc::counter_stuck);
  CHECK(counted({stuck, kNothing}, Group::loads, Event::dtlb_load_misses).error() == Errc::counter_stuck);
  CHECK(counted({stuck, kNothing}, Group::loads, Event::instructions) == 1'000'000);
  SECTION("in a shorter time it may be 0") {
    const auto brief = loads(0, 0, 1'000'000, 99, 99);
    CHECK(counted({brief, kNothing}, Group::loads, Event::dtlb_loads) == 0);
  }
  SECTION("with accesses, no misses are the truth") {
    const auto good = loads(0, 500, 1'000'000, 100, 100);
    CHECK(counted({good, kNothing}, Group::loads, Event::dtlb_load_misses) == 0);
  }
}

TEST_CASE("coverage is the time that was counted against the process's CPU clock", "[perf]") {
  auto before = loads(0, 0, 0, 100, 100);
  auto now = loads(1, 1, 1, 117, 117);
  CHECK(coverage({now, before}, Group::loads).error() == Errc::unsupported);
  before.cpu = Nanoseconds{1000 * kMs.value};
  now.cpu = Nanoseconds{1100 * kMs.value};
  CHECK(coverage({now, before}, Group::loads)->value == Approx(17));
  now.cpu = before.cpu;
  CHECK(coverage({now, before}, Group::loads).error() == Errc::did_not_run);
}

TEST_CASE("an event of another group is not in this one", "[perf]") {
  CHECK(counted({loads(1, 1, 1, 1, 1), kNothing}, Group::loads, Event::cycles).error() == Errc::not_sampled);
}

TEST_CASE("walks of loads and of stores are shares of one number of cycles", "[perf]") {
  Counts counts;
  counts[Group::walks].values = {30, 10, 200};
  counts[Group::walks].enabled = counts[Group::walks].running = kMs;
  CHECK(walk_share({counts, kNothing})->value == Approx(20));
}

}  // namespace
}  // namespace pageloupe::perf
