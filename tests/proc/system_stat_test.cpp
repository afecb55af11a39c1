// SPDX-License-Identifier: MIT
#include "proc/system_stat.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kStat =
    "cpu  10 20 30 40 50 60 70 80 5 6\n"
    "cpu0 1 2 3 4 5 6 7 8 0 0\n"
    "cpu2 9 18 27 36 45 54 63 72 5 6\n"
    "intr 1129031 0 0 12\n"
    "ctxt 1531253\nbtime 1700000000\nprocesses 22674\nprocs_running 3\nprocs_blocked 1\n"
    "softirq 1 2 3\n";

TEST_CASE("parse_system_stat reads the times of all CPUs and of each", "[proc]") {
  const auto stat = parse_system_stat(kStat);
  REQUIRE(stat);
  CHECK(stat->cpu.user == Ticks{10});
  CHECK(stat->cpu.steal == Ticks{80});
  CHECK(stat->cpu.guest_nice == Ticks{6});
  REQUIRE(stat->online_cpus() == 2);
  CHECK(stat->cpus[1].cpu == 2);  // CPU 1 is offline
  CHECK(stat->cpus[1].times.idle == Ticks{36});
}

TEST_CASE("the total of a CPU's time has its guests' once", "[proc]") {
  const auto stat = parse_system_stat(kStat);
  REQUIRE(stat);
  CHECK(stat->cpu.total() == Ticks{360});
  CHECK(stat->cpu.busy() == Ticks{270});
}

TEST_CASE("parse_system_stat reads boot time and counters", "[proc]") {
  const auto stat = parse_system_stat(kStat);
  REQUIRE(stat);
  CHECK(stat->btime == Timestamp{1'700'000'000'000'000'000});
  CHECK(stat->ctxt == 1531253U);
  CHECK(stat->processes == 22674U);
  CHECK(stat->procs_running == 3U);
  CHECK(stat->procs_blocked == 1U);
}

TEST_CASE("an early kernel's stat lacks the later times", "[proc]") {
  const auto stat = parse_system_stat("cpu  1 2 3 4\n");
  REQUIRE(stat);
  CHECK(stat->cpu.idle == Ticks{4});
  CHECK(stat->cpu.steal == Ticks{0});
  CHECK_FALSE(stat->btime);
}

TEST_CASE("parse_system_stat says which line it cannot read", "[proc]") {
  const auto line = [](std::string_view text) {
    const auto stat = parse_system_stat(text);
    REQUIRE_FALSE(stat);
    CHECK(stat.error().code == Errc::malformed);
    return stat.error().line;
  };
  CHECK(line("") == 1);
  CHECK(line("cpu0 1 2 3 4\n") == 1);
  CHECK(line("cpu  1 2 3\n") == 1);
  CHECK(line("cpu  1 2 3 4\ncpux 1 2 3 4\n") == 2);
  CHECK(line("cpu  1 2 3 4\nctxt \n") == 2);
  CHECK(line("cpu  1 2 3 4\nbtime 18446744073709551615\n") == 2);
}

}  // namespace
}  // namespace pageloupe
