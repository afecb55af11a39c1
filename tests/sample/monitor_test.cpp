// SPDX-License-Identifier: MIT
#include "sample/monitor.h"

#include <string>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

constexpr Instant at(std::uint64_t seconds) { return {seconds * 1'000'000'000}; }

std::string stat_of(int pid, int start, int utime, char state = 'S', int ppid = 1) {
  return std::to_string(pid) + " (x) " + state + " " + std::to_string(ppid) + " 7 7 0 -1 0 0 0 0 0 " +
         std::to_string(utime) + " 2 0 0 20 0 1 0 " + std::to_string(start) + " 4096 5 6\n";
}

void add(const FakeProc& proc, int pid, int utime, const std::string& slept) {
  proc.file(pid, "stat", stat_of(pid, 50, utime));
  proc.file(pid, "statm", "10 5 1 1 0 1 0\n");
  proc.file(pid, "schedstat", slept);
}

TEST_CASE("of a process that slept only schedstat is read", "[sample]") {
  const FakeProc proc;
  add(proc, 1, 3, "10 20 30\n");
  proc.file("loadavg", "0.0 0.0 0.0 1/2 99\n");
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {.most_held = 16});
  REQUIRE(monitor.refresh(at(100)));
  CHECK(monitor.cost().read == 1);
  REQUIRE(monitor.refresh(at(101)));  // learns what schedstat says
  CHECK(monitor.held() >= 1);
  REQUIRE(monitor.refresh(at(102)));
  CHECK(monitor.cost().slept == 1);
  CHECK(monitor.cost().read == 0);
  CHECK(monitor.cost().opened == 0);
  CHECK_FALSE(monitor.cost().listed);
}

TEST_CASE("a process that ran is read again", "[sample]") {
  const FakeProc proc;
  add(proc, 1, 3, "10 20 30\n");
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {.most_held = 16});
  REQUIRE(monitor.refresh(at(100)));
  REQUIRE(monitor.refresh(at(101)));
  add(proc, 1, 8, "15 20 31\n");
  REQUIRE(monitor.refresh(at(102)));
  CHECK(monitor.cost().read == 1);
  const auto* task = monitor.list().find(Pid{1});
  REQUIRE(task != nullptr);
  CHECK(task->stat.utime == Ticks{8});
  CHECK(task->before.utime == Ticks{3});
}

TEST_CASE("what is looked at is read even if it seems to sleep", "[sample]") {
  const FakeProc proc;
  add(proc, 1, 3, "10 20 30\n");
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {.most_held = 16});
  REQUIRE(monitor.refresh(at(100)));
  REQUIRE(monitor.refresh(at(101)));
  monitor.list().find(Pid{1})->wanted = true;
  REQUIRE(monitor.refresh(at(102)));
  CHECK(monitor.cost().read == 1);
}

TEST_CASE("a process that ended is forgotten, and its descriptors are closed", "[sample]") {
  const FakeProc proc;
  add(proc, 1, 3, "10 20 30\n");
  add(proc, 2, 3, "10 20 30\n");
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {});
  REQUIRE(monitor.refresh(at(100)));
  CHECK(monitor.list().tasks().size() == 2);
  proc.remove(2);
  REQUIRE(monitor.refresh(at(101)));
  CHECK(monitor.list().tasks().size() == 1);
  CHECK(monitor.list().ended() == 1);
  CHECK(monitor.held() == 0);
}

TEST_CASE("a directory without processes is no procfs", "[sample]") {
  const FakeProc proc;
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {});
  const auto done = monitor.refresh(at(1));
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::malformed);
}

TEST_CASE("no more descriptors are held than may be", "[sample]") {
  const FakeProc proc;
  for (int pid = 1; pid <= 9; ++pid) add(proc, pid, 3, "10 20 30\n");
  const auto procfs = proc.procfs();
  Monitor monitor(procfs, {.most_held = 4});
  for (std::uint64_t pass = 1; pass <= 5; ++pass) REQUIRE(monitor.refresh(at(pass)));
  CHECK(monitor.held() == 4);
  CHECK(monitor.list().tasks().size() == 9);
}

}  // namespace
}  // namespace pageloupe
