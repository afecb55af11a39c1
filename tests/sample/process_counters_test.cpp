// SPDX-License-Identifier: MIT
#include "sample/process_counters.h"

#include <unistd.h>

#include "perf/scripted_calls.h"
#include "sample/sampler.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

// This process, with its own start.
Process own_process(const ProcFs& procfs) {
  Process process;
  Sampler sampler(procfs, Source::stat);
  REQUIRE(sampler.read(Pid{::getpid()}, process));
  return process;
}

perf::Machine machine() { return {.core_pmus = {{"cpu", 4}}}; }

TEST_CASE("counters are opened for the groups that a plan of columns names", "[sample]") {
  CHECK(counter_plan(Source::stat | Source::smaps_rollup).empty());
  const auto plan = counter_plan(Source::stat | Source::perf_cycles);
  CHECK(plan.has(perf::Group::cycles));
  CHECK_FALSE(plan.has(perf::Group::loads));
}

TEST_CASE("a process is attached once, read each time, and closed when nobody asks for it", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(procfs);
  process.one_thread = true;
  counters.sample(procfs, process, Source::perf_cycles);
  REQUIRE(process.counters);
  CHECK(process.counters->cpu.has_value());
  const auto opened = calls.files.size();
  CHECK(opened == 2);
  calls.files[0].value = 500;
  calls.files[0].enabled = calls.files[0].running = 1000;
  counters.evict_others();
  counters.sample(procfs, process, Source::perf_cycles);
  CHECK(calls.files.size() == opened);
  CHECK((*process.counters)[perf::Group::cycles].values[0] == 500);
  counters.evict_others();
  CHECK(calls.left_open() == opened);
  counters.evict_others();
  CHECK(calls.left_open() == 0);
  CHECK(counters.descriptors_left() == 100);
}

TEST_CASE("another process with the same PID has counters of its own", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(procfs);
  process.one_thread = true;
  counters.sample(procfs, process, Source::perf_cycles);
  process.stat->starttime.value += 1;
  counters.sample(procfs, process, Source::perf_cycles);
  CHECK(calls.files.size() == 4);
}

TEST_CASE("other columns attach other events", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(procfs);
  process.one_thread = true;
  counters.sample(procfs, process, Source::perf_cycles);
  counters.sample(procfs, process, Source::perf_cycles | Source::perf_loads);
  CHECK(calls.left_open() == 5);
}

TEST_CASE("what is attached anew cannot be taken for what was counted before", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(procfs);
  process.one_thread = true;
  counters.sample(procfs, process, Source::perf_cycles);
  const auto first = process.counters->attachment;
  counters.sample(procfs, process, Source::perf_cycles);
  CHECK(process.counters->attachment == first);
  counters.sample(procfs, process, Source::perf_loads);
  CHECK(process.counters->attachment != first);
}

TEST_CASE("reading a process forgets the counters of the one that was read before", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(procfs);
  counters.sample(procfs, process, Source::perf_cycles);
  REQUIRE(process.counters);
  Sampler sampler(procfs, Source::stat);
  REQUIRE(sampler.read(Pid{::getppid()}, process));
  CHECK(process.counters.error() == Errc::not_sampled);
}

TEST_CASE("what got no descriptor gets one once there is one", "[sample]") {
  const auto procfs = *ProcFs::open();
  perf::ScriptedCalls calls;
  const auto access = std::make_shared<CounterAccess>(
      std::shared_ptr<perf::Calls>(std::shared_ptr<void>{}, &calls), machine(), std::size_t{2});
  auto process = own_process(procfs);
  process.one_thread = true;
  auto first = std::make_unique<TaskCounters>(access);
  TaskCounters second(access);
  const auto plan = counter_plan(Source::perf_cycles);
  first->sample(procfs, process, plan);
  second.sample(procfs, process, plan);
  CHECK((*process.counters)[perf::Group::cycles].values[0].error() == Errc::no_descriptors);
  CHECK(second.threads_left_out() == 1);
  first.reset();
  CHECK(calls.left_open() == 0);
  second.sample(procfs, process, plan);
  CHECK((*process.counters)[perf::Group::cycles].values[0] == 0);
  CHECK(second.threads_left_out() == 0);
}

// CPU time in ms, and what of it the counters saw.
Process counted(std::uint64_t cpu_ms, std::uint64_t enabled_us) {
  Process process;
  process.counters = perf::Counts{};
  process.counters->cpu = Nanoseconds{cpu_ms * 1'000'000};
  (*process.counters)[perf::Group::loads].enabled = Nanoseconds{enabled_us * 1000};
  return process;
}

TEST_CASE("counters that saw less than 95 % are partial, but not for a few switches in a short time",
          "[sample]") {
  const auto before = counted(0, 0);
  CHECK(counted_in_part(counted(100, 94'000), before));
  CHECK_FALSE(counted_in_part(counted(100, 96'000), before));
  CHECK_FALSE(counted_in_part(counted(5, 4'100), before));
  auto other = counted(100, 50'000);
  other.counters->attachment = 2;
  CHECK_FALSE(counted_in_part(other, before));
}

TEST_CASE("the processes of a captured machine are not those that run here", "[sample]") {
  const FakeProc proc;
  perf::ScriptedCalls calls;
  ProcessCounters counters(calls, machine(), 100);
  auto process = own_process(*ProcFs::open());
  counters.sample(proc.procfs(), process, Source::perf_cycles);
  CHECK(calls.asked.empty());
  CHECK(process.counters.error() == Errc::not_applicable);
}

}  // namespace
}  // namespace pageloupe
