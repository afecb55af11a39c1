// SPDX-License-Identifier: MIT
#include "proc/cgroup_limits.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("a cgroup's limit is a number or none", "[proc]") {
  CHECK(parse_cgroup_limit("2147483648\n").value() == 2147483648U);
  CHECK(parse_cgroup_limit("0\n").value() == 0U);
  CHECK(parse_cgroup_limit("max\n").value() == std::nullopt);
}

TEST_CASE("version 1 writes no limit as all pages that it can count", "[proc]") {
  CHECK(parse_cgroup_limit("9223372036854771712\n").value() == std::nullopt);  // pages of 4 KiB
  CHECK(parse_cgroup_limit("9223372036854710272\n").value() == std::nullopt);  // of 64 KiB
  CHECK(parse_cgroup_limit("9223372036854700000\n").value() == 9223372036854700000U);
}

TEST_CASE("what is no limit is malformed", "[proc]") {
  const auto text = GENERATE(as<std::string>{}, "", "\n", "maximum\n", "-1\n", "12 34\n", "12kB\n",
                             "99999999999999999999\n");
  INFO(text);
  REQUIRE_FALSE(parse_cgroup_limit(text));
  CHECK(parse_cgroup_limit(text).error().code == Errc::malformed);
  CHECK_FALSE(parse_cgroup_count(text));
}

TEST_CASE("what is used has no word for infinity", "[proc]") {
  CHECK(parse_cgroup_count("123456\n").value() == 123456);
  CHECK_FALSE(parse_cgroup_count("max\n"));
}

TEST_CASE("cpu.max is a quota of a period", "[proc]") {
  CHECK(parse_cpu_max("150000 100000\n").value() == 1.5);
  CHECK(parse_cpu_max("50000 100000\n").value() == 0.5);
  CHECK(parse_cpu_max("max 100000\n").value() == std::nullopt);
}

TEST_CASE("a period of nothing is malformed", "[proc]") {
  const auto text = GENERATE(as<std::string>{}, "", "150000\n", "150000 0\n", "x 100000\n", "-1 100000\n");
  INFO(text);
  CHECK_FALSE(parse_cpu_max(text));
}

TEST_CASE("version 1 has quota and period in two files", "[proc]") {
  CHECK(parse_cfs_quota("250000\n", "100000\n").value() == 2.5);
  CHECK(parse_cfs_quota("-1\n", "100000\n").value() == std::nullopt);
  CHECK_FALSE(parse_cfs_quota("-2\n", "100000\n"));
  CHECK_FALSE(parse_cfs_quota("250000\n", "\n"));
}

TEST_CASE("a list of CPUs is counted", "[proc]") {
  CHECK(count_cpu_list("0-3,8\n").value() == 5);
  CHECK(count_cpu_list("7\n").value() == 1);
  CHECK(count_cpu_list("0-1,4-5,127\n").value() == 5);
  CHECK(count_cpu_list("\n").value() == 0);
}

TEST_CASE("what is no list of CPUs is malformed", "[proc]") {
  const auto text = GENERATE(as<std::string>{}, "3-1\n", "a\n", "1,,2\n", "0-x\n", "-1\n");
  INFO(text);
  CHECK_FALSE(count_cpu_list(text));
}

constexpr std::string_view kHybrid =
    "9:name=systemd:/\n"
    "4:memory:/kubepods/pod7/c1\n"
    "2:cpu,cpuacct:/kubepods/c:2\n"
    "0::/unified/path\n";

TEST_CASE("a controller is where version 1 has it, else in version 2", "[proc]") {
  const auto memory = controller_path(kHybrid, "memory");
  REQUIRE(memory);
  CHECK(memory->path == "/kubepods/pod7/c1");
  CHECK(memory->controllers == "memory");
  const auto pids = controller_path(kHybrid, "pids");
  REQUIRE(pids);
  CHECK(pids->path == "/unified/path");
  CHECK(pids->controllers.empty());
}

TEST_CASE("a controller that shares its hierarchy is found, and its path may have colons", "[proc]") {
  const auto cpu = controller_path(kHybrid, "cpu");
  REQUIRE(cpu);
  CHECK(cpu->path == "/kubepods/c:2");
  CHECK(cpu->controllers == "cpu,cpuacct");
  CHECK_FALSE(controller_path("3:cpuset:/\n", "cpu"));
}

}  // namespace
}  // namespace pageloupe
