// SPDX-License-Identifier: MIT
#include "sample/task_list.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Instant at(std::uint64_t seconds) { return {seconds * 1'000'000'000}; }

TaskReading reading(int pid, std::uint64_t start, std::uint64_t utime = 0) {
  TaskReading read{.tgid = {pid}, .pid = {pid}};
  read.stat.starttime = {start};
  read.stat.utime = {utime};
  read.statm = PidStatm{.size = {10}, .resident = {5}};
  return read;
}

TEST_CASE("a process keeps its place and what it counted before", "[sample]") {
  TaskList list;
  list.begin_pass(at(100));
  list.observe(reading(7, 50, 3));
  list.end_pass();
  const auto* first = list.find(Pid{7});
  REQUIRE(first != nullptr);
  CHECK_FALSE(first->has_before);
  list.begin_pass(at(102));
  list.observe(reading(7, 50, 9));
  list.end_pass();
  CHECK(list.find(Pid{7}) == first);
  CHECK(first->has_before);
  CHECK(first->before.utime == Ticks{3});
  CHECK(first->stat.utime == Ticks{9});
  CHECK(list.seconds() == 2.0);
}

TEST_CASE("a PID that was given again is another process", "[sample]") {
  TaskList list;
  list.begin_pass(at(100));
  list.observe(reading(7, 50));
  list.end_pass();
  list.begin_pass(at(102));
  list.observe(reading(7, 10150));
  list.end_pass();
  REQUIRE(list.tasks().size() == 1);
  CHECK(list.tasks()[0]->id() == ProcessId{{7}, {10150}});
  CHECK(list.find(ProcessId{{7}, {50}}) == nullptr);
  CHECK(list.begun() == 1);
  CHECK(list.ended() == 1);
}

TEST_CASE("what began since the pass before counted all it has counted since then", "[sample]") {
  TaskList list;
  list.begin_pass(at(100), 100);
  list.end_pass();
  list.begin_pass(at(102), 100);
  const auto& young = list.observe(reading(8, 10100, 60));
  const auto& old = list.observe(reading(9, 9000, 60));
  list.end_pass();
  CHECK(young.has_before);
  CHECK(young.before.utime == Ticks{0});
  CHECK_FALSE(old.has_before);
}

TEST_CASE("tasks stand ascending by process, then by thread, however they came", "[sample]") {
  TaskList list;
  list.begin_pass(at(1));
  auto thread = reading(12, 1);
  thread.tgid = {3};
  list.observe(reading(5, 1));
  list.observe(thread);
  list.observe(reading(3, 1));
  list.end_pass();
  REQUIRE(list.tasks().size() == 3);
  CHECK(list.tasks()[0]->pid == Pid{3});
  CHECK(list.tasks()[1]->pid == Pid{12});
  CHECK(list.tasks()[2]->pid == Pid{5});
}

TEST_CASE("a slot is given again when its task has ended, and not before", "[sample]") {
  TaskList list;
  list.begin_pass(at(1));
  const auto first = list.observe(reading(5, 1)).slot;
  const auto second = list.observe(reading(6, 1)).slot;
  list.end_pass();
  CHECK(first != second);
  list.begin_pass(at(2));
  list.unchanged(*list.find(Pid{6}));
  list.end_pass();
  list.begin_pass(at(3));
  list.unchanged(*list.find(Pid{6}));
  CHECK(list.observe(reading(9, 1)).slot == first);
  list.end_pass();
  CHECK(list.slots() == 2);
}

}  // namespace
}  // namespace pageloupe
