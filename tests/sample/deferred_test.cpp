// SPDX-License-Identifier: MIT
#include "sample/deferred.h"

#include <unistd.h>

#include "perf/scripted_calls.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Nanoseconds kLong{20'000'000'000};
constexpr auto kCycles = Source::perf_cycles | Source::stat;

// This process as a monitor sees it, with scripted counters.
struct Fixture {
  ProcFs procfs = *ProcFs::open();
  Background background{};
  std::shared_ptr<perf::ScriptedCalls> calls = std::make_shared<perf::ScriptedCalls>();
  std::shared_ptr<CounterAccess> access =
      std::make_shared<CounterAccess>(calls, perf::Machine{.core_pmus = {{"cpu", 4}}}, std::size_t{100});
  TaskList list{};

  Fixture() {
    std::string buffer;
    const auto text = procfs.pid_by_path({::getpid()}).read("stat", buffer);
    list.begin_pass({1});
    list.observe({.tgid = {::getpid()}, .pid = {::getpid()}, .stat = *parse_stat(*text)});
    list.end_pass();
  }
  // One refresh of a monitor that asks for those files, and waits for them.
  const Process* refresh(Deferred& deferred, SourceSet files) {
    now_ += 1'000'000'000'000;
    deferred.collect({now_});
    deferred.forget(list);
    deferred.ask(list.tasks(), files, {now_}, {0}, 10);
    deferred.wait(kLong);
    deferred.collect({now_});
    const auto* known = deferred.find(list.tasks().front()->id());
    return known == nullptr ? nullptr : &known->process;
  }

 private:
  std::uint64_t now_ = 1'000'000'000'000'000'000;  // later than any machine has been up
};

TEST_CASE("counters are attached once for a process that is asked for again and again", "[sample]") {
  Fixture fixture;
  Deferred deferred(fixture.procfs, fixture.background, {.threads = true});
  deferred.count_with(fixture.access);
  const auto* process = fixture.refresh(deferred, kCycles);
  REQUIRE(process != nullptr);
  REQUIRE(process->counters);
  CHECK(fixture.calls->files.size() == 2);
  fixture.calls->files[0].value = 700;
  fixture.calls->files[0].enabled = fixture.calls->files[0].running = 1000;
  process = fixture.refresh(deferred, kCycles);
  CHECK(fixture.calls->files.size() == 2);
  CHECK((*process->counters)[perf::Group::cycles].values[0] == 700);
}

TEST_CASE("counters are closed by the second refresh that does not ask for them", "[sample]") {
  Fixture fixture;
  Deferred deferred(fixture.procfs, fixture.background, {.threads = true});
  deferred.count_with(fixture.access);
  fixture.refresh(deferred, kCycles);
  CHECK(fixture.calls->left_open() == 2);
  fixture.refresh(deferred, Source::io);
  CHECK(fixture.calls->left_open() == 2);
  fixture.refresh(deferred, Source::io);
  CHECK(fixture.calls->left_open() == 0);
  CHECK(fixture.access->descriptors_left() == 100);
}

TEST_CASE("counters of a process that is gone are closed", "[sample]") {
  Fixture fixture;
  Deferred deferred(fixture.procfs, fixture.background, {.threads = true});
  deferred.count_with(fixture.access);
  fixture.refresh(deferred, kCycles);
  fixture.list.begin_pass({2});
  fixture.list.end_pass();
  deferred.forget(fixture.list);
  CHECK(fixture.calls->left_open() == 0);
}

TEST_CASE("a process is counted with all its threads, a thread alone", "[sample]") {
  Fixture fixture;
  Deferred processes(fixture.procfs, fixture.background, {.threads = false});
  processes.count_with(fixture.access);
  fixture.refresh(processes, kCycles);
  // The one that reads in the background, too.
  CHECK(fixture.calls->files.size() >= 4);
  CHECK(fixture.calls->files[0].attr.inherit_thread == 1);
  const auto before = fixture.calls->files.size();
  Deferred threads(fixture.procfs, fixture.background, {.threads = true});
  threads.count_with(fixture.access);
  fixture.refresh(threads, kCycles);
  CHECK(fixture.calls->files.size() == before + 2);
  CHECK(fixture.calls->files.back().attr.inherit == 0);
}

TEST_CASE("without access to counters they are not sampled, and the files are read all the same",
          "[sample]") {
  Fixture fixture;
  Deferred deferred(fixture.procfs, fixture.background);
  const auto* process = fixture.refresh(deferred, Source::perf_cycles | Source::io);
  REQUIRE(process != nullptr);
  CHECK(process->io);
  CHECK(process->counters.error() == Errc::not_sampled);
  CHECK(fixture.calls->asked.empty());
}

}  // namespace
}  // namespace pageloupe
