// SPDX-License-Identifier: MIT
#include "sample/cgroup_use.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

// A directory for /proc and one for /sys/fs/cgroup.
struct Machine {
  FakeProc proc;
  FakeProc sys;

  CgroupLimits read() const {
    const auto procfs = proc.procfs();
    CgroupReader reader(procfs, sys.root().string());
    CgroupLimits limits;
    reader.read(limits);
    return limits;
  }
};

TEST_CASE("in version 2 the tightest limit on the way up counts, with what is used there", "[sample]") {
  const Machine machine;
  machine.proc.file("self/cgroup", "0::/a/b\n");
  machine.sys.file("cgroup.controllers", "cpu memory pids\n");
  machine.sys.file("a/b/memory.max", "max\n");
  machine.sys.file("a/b/memory.current", "100\n");
  machine.sys.file("a/memory.max", "2000\n");
  machine.sys.file("a/memory.current", "1500\n");
  machine.sys.file("a/b/memory.high", "1800\n");
  machine.sys.file("a/b/memory.swap.max", "0\n");
  machine.sys.file("a/b/memory.swap.current", "0\n");
  machine.sys.file("a/b/pids.max", "64\n");
  machine.sys.file("a/pids.max", "32\n");
  machine.sys.file("a/pids.current", "31\n");
  machine.sys.file("a/b/cpu.max", "150000 100000\n");
  machine.sys.file("a/cpu.max", "max 100000\n");
  machine.sys.file("a/b/cpuset.cpus.effective", "0-2\n");
  const auto limits = machine.read();
  REQUIRE(limits.memory);
  CHECK(limits.memory->limit == 2000);
  CHECK(limits.memory->used == 1500U);
  REQUIRE(limits.memory_high);
  CHECK(limits.memory_high->limit == 1800);
  CHECK(limits.memory_high->used == 100U);
  REQUIRE(limits.swap);
  CHECK(limits.swap->limit == 0);
  REQUIRE(limits.pids);
  CHECK(limits.pids->limit == 32);
  CHECK(limits.pids->used == 31U);
  CHECK(limits.cpus == 1.5);
  CHECK(limits.cpuset == 3U);
}

TEST_CASE("inside a cgroup namespace the root is the container", "[sample]") {
  const Machine machine;
  machine.proc.file("self/cgroup", GENERATE("0::/\n", "0::/../other\n"));
  machine.sys.file("cgroup.controllers", "memory\n");
  machine.sys.file("memory.max", "4096\n");
  machine.sys.file("memory.current", "1024\n");
  const auto limits = machine.read();
  REQUIRE(limits.memory);
  CHECK(limits.memory->limit == 4096);
  CHECK(limits.memory->used == 1024U);
}

TEST_CASE("version 1 has a hierarchy for each controller, and a path that is not below it is the container",
          "[sample]") {
  const Machine machine;
  machine.proc.file(
      "self/cgroup",
      "5:pids:/docker/c\n4:memory:/docker/c\n3:cpu,cpuacct:/docker/c\n2:cpuset:/\n0::/docker/c\n");
  machine.sys.file("memory/memory.limit_in_bytes", "8192\n");
  machine.sys.file("memory/memory.usage_in_bytes", "100\n");
  machine.sys.file("cpu,cpuacct/docker/c/cpu.cfs_quota_us", "50000\n");
  machine.sys.file("cpu,cpuacct/docker/c/cpu.cfs_period_us", "100000\n");
  machine.sys.file("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  machine.sys.file("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  machine.sys.file("cpuset/cpuset.effective_cpus", "1\n");
  machine.sys.file("pids/docker/c/pids.max", "max\n");
  const auto limits = machine.read();
  REQUIRE(limits.memory);
  CHECK(limits.memory->limit == 8192);
  CHECK(limits.cpus == 0.5);
  CHECK(limits.cpuset == 1U);
  CHECK_FALSE(limits.pids);
  CHECK_FALSE(limits.memory_high);
  CHECK_FALSE(limits.swap);
}

TEST_CASE("unlimited is no limit in both versions", "[sample]") {
  const Machine machine;
  machine.proc.file("self/cgroup", "4:memory:/\n0::/\n");
  machine.sys.file("memory/memory.limit_in_bytes", "9223372036854771712\n");
  machine.sys.file("unified/memory.max", "max\n");
  const auto limits = machine.read();
  CHECK_FALSE(limits.memory);
  CHECK_FALSE(limits.pids);
  CHECK_FALSE(limits.cpus);
  CHECK_FALSE(limits.cpuset);
}

TEST_CASE("without cgroups nothing is limited", "[sample]") {
  const Machine machine;
  const auto limits = machine.read();
  CHECK_FALSE(limits.memory);
  CHECK_FALSE(limits.cpuset);
}

TEST_CASE("a process that was moved has the limits of where it is now", "[sample]") {
  const Machine machine;
  machine.sys.file("cgroup.controllers", "memory\n");
  machine.sys.file("a/memory.max", "1000\n");
  machine.sys.file("b/memory.max", "2000\n");
  machine.proc.file("self/cgroup", "0::/a\n");
  const auto procfs = machine.proc.procfs();
  CgroupReader reader(procfs, machine.sys.root().string());
  CgroupLimits limits;
  reader.read(limits);
  CHECK(limits.memory->limit == 1000);
  CHECK_FALSE(limits.memory->used);
  machine.proc.file("self/cgroup", "0::/b\n");
  reader.read(limits);
  CHECK(limits.memory->limit == 2000);
  // A limit that changes is seen too.
  machine.sys.file("b/memory.max", "3000\n");
  reader.read(limits);
  CHECK(limits.memory->limit == 3000);
}

}  // namespace
}  // namespace pageloupe
