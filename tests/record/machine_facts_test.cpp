// SPDX-License-Identifier: MIT
#include "record/machine_facts.h"

#include "support/catch.h"

using namespace pageloupe;

namespace {

MachineSample some_machine() {
  MachineSample machine{.at = {12'000'000'000}, .now = {1'700'000'002'000'000'000}};
  machine.stat = parse_system_stat(
      "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 11 12 13 14 15 16 17 18 19 20\ncpu3 21 0 0 0 0 0 0 0 0 22\nctxt "
      "23\nbtime 24\n"
      "processes 25\nprocs_running 26\nprocs_blocked 27\n");
  machine.meminfo = parse_meminfo("MemTotal: 28 kB\nHugePages_Total: 29\nCommitted_AS: 0 kB\n");
  machine.overcommit = Overcommit::strict;
  machine.vmstat = parse_vmstat("pgfault 30\noom_kill 0\n");
  machine.pressure[0] = parse_pressure("some avg10=0.31 avg60=32.00 avg300=33.5 total=34\n");
  machine.pressure[1] = parse_pressure(
      "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=35.25 avg60=36.00 avg300=0.00 total=37\n");
  machine.pressure[2] = fail(Errc::unsupported);
  machine.load = parse_loadavg("0.38 39.00 0.00 40/41 42\n");
  machine.uptime = parse_uptime("43.44 45.46\n");
  return machine;
}

CgroupLimits some_cgroup() {
  CgroupLimits cgroup;
  cgroup.memory = CgroupUse{.limit = 1, .used = 2};
  cgroup.pids = CgroupUse{.limit = 3};
  cgroup.cpus = 1.0;
  cgroup.cpuset = 4;
  return cgroup;
}

struct Back {
  MachineSample machine{};
  CgroupLimits cgroup{};
};

Back there_and_back(const MachineSample& machine, const CgroupLimits& cgroup) {
  SampleHead head{.time = machine.now, .boottime = machine.at};
  to_facts(machine, cgroup, head.machine);
  Back back;
  back.cgroup.swap = CgroupUse{.limit = 99};  // of the sample before
  from_facts(head, back.machine, back.cgroup);
  return back;
}

}  // namespace

TEST_CASE("every part of the machine comes back from its facts", "[record]") {
  const auto [machine, cgroup] = there_and_back(some_machine(), some_cgroup());
  CHECK(machine.at == Instant{12'000'000'000});
  CHECK(machine.now == Timestamp{1'700'000'002'000'000'000});
  REQUIRE(machine.stat);
  CHECK(machine.stat->cpu.user == Ticks{1});
  CHECK(machine.stat->cpu.guest_nice == Ticks{10});
  REQUIRE(machine.stat->cpus.size() == 2);
  CHECK(machine.stat->cpus[1].cpu == 3);
  CHECK(machine.stat->cpus[1].times.guest_nice == Ticks{22});
  CHECK(machine.stat->btime == Timestamp{24'000'000'000});
  CHECK(machine.stat->procs_blocked == 27);
  REQUIRE(machine.meminfo);
  CHECK(machine.meminfo->bytes(MeminfoKey::mem_total) == Bytes{28 * 1024});
  CHECK((*machine.meminfo)[MeminfoKey::huge_pages_total] == 29);
  CHECK((*machine.meminfo)[MeminfoKey::committed_as] == 0);
  CHECK(machine.overcommit == Overcommit::strict);
  CHECK((*machine.vmstat)[VmstatKey::pgfault] == 30);
  CHECK(machine.load->fifteen == 0.0);
  CHECK(machine.load->five == 39.0);
  CHECK(machine.load->last_pid == Pid{42});
  CHECK(machine.uptime->up == Nanoseconds{43'440'000'000});
}

TEST_CASE("pressure comes back with and without its second line, and with its reason", "[record]") {
  const auto machine = there_and_back(some_machine(), {}).machine;
  REQUIRE(machine.pressure[0]);
  CHECK(machine.pressure[0]->some.avg10.value == 0.31);
  CHECK(machine.pressure[0]->some.total == Nanoseconds{34'000});
  CHECK_FALSE(machine.pressure[0]->full);
  REQUIRE(machine.pressure[1]);
  REQUIRE(machine.pressure[1]->full);
  CHECK(machine.pressure[1]->full->avg10.value == 35.25);
  REQUIRE_FALSE(machine.pressure[2]);
  CHECK(machine.pressure[2].error().code == Errc::unsupported);
}

TEST_CASE("what was not sampled is not recorded, and not 0", "[record]") {
  const auto machine = there_and_back(MachineSample{}, {}).machine;
  CHECK(machine.stat.error().code == Errc::not_recorded);
  CHECK(machine.meminfo.error().code == Errc::not_recorded);
  CHECK(machine.load.error().code == Errc::not_recorded);
  CHECK(machine.pressure[1].error().code == Errc::not_recorded);
  auto partial = some_machine();
  partial.meminfo = parse_meminfo("MemTotal: 28 kB\n");
  CHECK_FALSE((*there_and_back(partial, {}).machine.meminfo)[MeminfoKey::mem_free]);
}

TEST_CASE("limits of a cgroup come back, and none of the sample before", "[record]") {
  const auto cgroup = there_and_back(some_machine(), some_cgroup()).cgroup;
  REQUIRE(cgroup.memory);
  CHECK(cgroup.memory->limit == 1);
  CHECK(cgroup.memory->used == 2);
  REQUIRE(cgroup.pids);
  CHECK_FALSE(cgroup.pids->used);
  CHECK(cgroup.cpus == 1.0);
  CHECK(cgroup.cpuset == 4);
  CHECK_FALSE(cgroup.swap);
}

TEST_CASE("facts of a longer sample before are gone", "[record]") {
  std::vector<MachineFact> facts(5000);
  to_facts(some_machine(), some_cgroup(), facts);
  CHECK(facts.size() < 200);
  CHECK(facts.front().name == "cpu_ticks");
}
