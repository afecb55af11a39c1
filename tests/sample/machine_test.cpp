// SPDX-License-Identifier: MIT
#include "sample/machine.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

constexpr std::string_view kStat =
    "cpu  10 20 30 40 50 0 0 0 0 0\ncpu0 5 10 15 20 25 0 0 0 0 0\ncpu1 5 10 15 20 25 0 0 0 0 0\nbtime "
    "1700000000\n";
constexpr std::string_view kMeminfo = "MemTotal: 1000 kB\nMemFree: 400 kB\nCommitted_AS: 200 kB\n";
constexpr std::string_view kPressure =
    "some avg10=1.50 avg60=0.25 avg300=0.00 total=123\nfull avg10=0.50 avg60=0.10 avg300=0.01 total=7\n";

void fill(const FakeProc& proc) {
  proc.file("stat", kStat);
  proc.file("meminfo", kMeminfo);
  proc.file("sys/vm/overcommit_memory", "2\n");
  proc.file("vmstat", "pgfault 1000\npgmajfault 5\n");
  proc.file("pressure/cpu", kPressure);
  proc.file("pressure/memory", kPressure);
  proc.file("pressure/io", kPressure);
  proc.file("loadavg", "0.50 0.25 0.10 2/345 6789\n");
  proc.file("uptime", "100.25 180.00\n");
}

TEST_CASE("a machine sample holds every part that was asked for", "[sample]") {
  const FakeProc proc;
  fill(proc);
  const auto procfs = proc.procfs();
  MachineReader reader(procfs);
  MachineSample sample;
  reader.read(kMachineSources, Instant{7}, Timestamp{8}, sample);
  CHECK(sample.at == Instant{7});
  CHECK(sample.now == Timestamp{8});
  REQUIRE(sample.stat);
  CHECK(sample.stat->cpus.size() == 2);
  REQUIRE(sample.meminfo);
  CHECK(sample.meminfo->bytes(MeminfoKey::mem_total) == Bytes{1000 * 1024});
  CHECK(sample.overcommit.value() == Overcommit::strict);
  REQUIRE(sample.vmstat);
  CHECK((*sample.vmstat)[VmstatKey::pgfault] == 1000U);
  for (const auto resource : {Resource::cpu, Resource::memory, Resource::io}) {
    REQUIRE(sample.pressure_of(resource));
    CHECK(sample.pressure_of(resource)->some.avg10 == Percent{1.5});
  }
  CHECK(sample.load.value().one == 0.5);
  CHECK(sample.uptime.value().up == Nanoseconds{100'250'000'000});
}

TEST_CASE("a part that was not asked for is not sampled, also where it was the time before", "[sample]") {
  const FakeProc proc;
  fill(proc);
  const auto procfs = proc.procfs();
  MachineReader reader(procfs);
  MachineSample sample;
  reader.read(kMachineSources, Instant{1}, Timestamp{}, sample);
  reader.read(Source::loadavg, Instant{2}, Timestamp{}, sample);
  CHECK(sample.load);
  CHECK(sample.stat.error().code == Errc::not_sampled);
  CHECK(sample.meminfo.error().code == Errc::not_sampled);
  CHECK(sample.overcommit.error().code == Errc::not_sampled);
  CHECK(sample.vmstat.error().code == Errc::not_sampled);
  CHECK(sample.pressure_of(Resource::io).error().code == Errc::not_sampled);
  CHECK(sample.uptime.error().code == Errc::not_sampled);
}

TEST_CASE("what the kernel does not have is missing and takes nothing else along", "[sample]") {
  const FakeProc proc;
  proc.file("meminfo", kMeminfo);
  proc.file("vmstat", "nonsense");
  const auto procfs = proc.procfs();
  MachineReader reader(procfs);
  MachineSample sample;
  reader.read(kMachineSources, Instant{1}, Timestamp{}, sample);
  CHECK(sample.meminfo);
  CHECK(sample.overcommit.error().code == Errc::unsupported);
  CHECK(sample.pressure_of(Resource::cpu).error().code == Errc::unsupported);
  CHECK(sample.vmstat.error().code == Errc::malformed);
  // A file that appears later is read then.
  proc.file("loadavg", "0.50 0.25 0.10 2/345 6789\n");
  CHECK_FALSE(sample.load);
  reader.read(kMachineSources, Instant{2}, Timestamp{}, sample);
  CHECK(sample.load);
}

TEST_CASE("a sample that is filled again has the CPUs of the new text only", "[sample]") {
  const FakeProc proc;
  fill(proc);
  const auto procfs = proc.procfs();
  MachineReader reader(procfs);
  MachineSample sample;
  reader.read(Source::system_stat, Instant{1}, Timestamp{}, sample);
  REQUIRE(sample.stat);
  const auto* memory = sample.stat->cpus.data();
  reader.read(Source::system_stat, Instant{2}, Timestamp{}, sample);
  REQUIRE(sample.stat);
  CHECK(sample.stat->cpus.size() == 2);
  CHECK(sample.stat->cpus.data() == memory);
}

MachineSample faults(Instant at, std::string_view vmstat) {
  MachineSample sample{.at = at};
  sample.vmstat = parse_vmstat(vmstat);
  return sample;
}

TEST_CASE("a rate is what was counted by the time that passed", "[sample]") {
  const auto before = faults(Instant{1'000'000'000}, "pgfault 1000\noom_kill 3\n");
  const auto now = faults(Instant{3'000'000'000}, "pgfault 1500\noom_kill 3\n");
  CHECK(rate_between(before, now, VmstatKey::pgfault).value() == Rate{250});
  CHECK(rate_between(before, now, VmstatKey::oom_kill).value() == Rate{0});
  CHECK(rate_between(before, now, VmstatKey::pswpin).error().code == Errc::unsupported);
}

TEST_CASE("there is no rate without a time before, of no time, and of a counter that went back", "[sample]") {
  const auto now = faults(Instant{3'000'000'000}, "pgfault 1500\n");
  CHECK(rate_between(MachineSample{}, now, VmstatKey::pgfault).error().code == Errc::no_previous);
  CHECK(rate_between(now, now, VmstatKey::pgfault).error().code == Errc::no_previous);
  const auto later = faults(Instant{4'000'000'000}, "pgfault 1400\n");
  CHECK(rate_between(now, later, VmstatKey::pgfault).error().code == Errc::no_previous);
  CHECK(rate_between(now, MachineSample{}, VmstatKey::pgfault).error().code == Errc::not_sampled);
}

TEST_CASE("vm.overcommit_memory has three modes", "[sample]") {
  CHECK(parse_overcommit("0\n").value() == Overcommit::heuristic);
  CHECK(parse_overcommit("1\n").value() == Overcommit::always);
  CHECK(parse_overcommit("2\n").value() == Overcommit::strict);
  CHECK_FALSE(parse_overcommit("3\n"));
  CHECK_FALSE(parse_overcommit("\n"));
}

}  // namespace
}  // namespace pageloupe
