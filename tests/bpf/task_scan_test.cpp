// SPDX-License-Identifier: MIT
#include "bpf/task_scan.h"

#include <algorithm>
#include <array>
#include <map>
#include <thread>
#include <unistd.h>

#include "bpf/task_record.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

task_record sleeper() {
  task_record record{};
  record.what = kTaskHasMemory | kTaskRssExact;
  record.tgid = 4242;
  record.num_threads = 1;
  record.state = 1;
  record.prio = 120;
  record.static_prio = 120;
  return record;
}

PidStat stat_of(const task_record& record) {
  const auto process = scanned_process(record, Bytes{4096});
  REQUIRE(process);
  return process->stat;
}

// What one process's files say, as one value that can be compared.
std::string text_of(const PidStat& s) {
  std::string text(s.comm.view());
  text += ' ';
  text += s.state;
  const auto add = [&text](auto... numbers) { ((text += ' ' + std::to_string(numbers)), ...); };
  add(s.pid.value, s.ppid.value, s.pgrp, s.session, s.tty_nr, s.tpgid, s.flags, s.minflt, s.cminflt, s.majflt,
      s.cmajflt, s.utime.value, s.stime.value, s.cutime.value, s.cstime.value, s.priority, s.nice,
      s.num_threads, s.starttime.value, s.vsize.value, s.rsslim, s.startcode.value, s.endcode.value,
      s.startstack.value, s.signal, s.blocked, s.sigignore, s.sigcatch, s.wchan, s.exit_signal, s.processor,
      s.rt_priority, s.policy, s.delayacct_blkio_ticks.value, s.guest_time.value, s.cguest_time.value,
      s.start_data.value, s.end_data.value, s.start_brk.value);
  return text;
}
std::string text_of(const PidStatm& s) {
  std::string text;
  for (const auto pages : {s.size, s.resident, s.shared, s.text, s.data})
    text += ' ' + std::to_string(pages.value);
  return text;
}

struct Said {
  std::string stat;
  std::string statm;
  std::string owner;
  friend bool operator==(const Said&, const Said&) = default;
};

std::string text_of(const PidDir::Owner& owner) {
  return std::to_string(owner.uid) + ':' + std::to_string(owner.gid);
}

std::map<int, Said> by_files(const ProcFs& procfs) {
  std::map<int, Said> all;
  std::string buffer;
  const auto pids = procfs.pids();
  REQUIRE(pids);
  for (const auto pid : *pids) {
    const auto dir = procfs.pid_by_path(pid);
    const auto statm_text = dir.read("statm", buffer);
    if (!statm_text) continue;
    const auto statm = parse_statm(*statm_text);
    const auto owner = dir.owner();
    const auto stat_text = dir.read("stat", buffer);
    if (!stat_text || !owner) continue;
    const auto stat = parse_stat(*stat_text);
    REQUIRE(stat);
    REQUIRE(statm);
    all[pid.value] = {text_of(*stat), text_of(*statm), text_of(*owner)};
  }
  return all;
}

}  // namespace

TEST_CASE("a record's times are scaled to the measured time, as the kernel does", "[bpf]") {
  auto record = sleeper();
  record.utime = 30'000'000;
  record.stime = 10'000'000;
  record.runtime = 400'000'000;
  auto stat = stat_of(record);
  CHECK(stat.utime == Ticks{30});
  CHECK(stat.stime == Ticks{10});

  // Never less than was said before.
  record.prev_utime = 350'000'000;
  stat = stat_of(record);
  CHECK(stat.utime == Ticks{35});
  CHECK(stat.stime == Ticks{5});
  record.prev_stime = 60'000'000;
  CHECK(stat_of(record).stime == Ticks{6});

  record = sleeper();
  record.runtime = 50'000'000;
  CHECK(stat_of(record).utime == Ticks{5});
  record.stime = 1;
  CHECK(stat_of(record).utime == Ticks{0});
  CHECK(stat_of(record).stime == Ticks{5});
}

TEST_CASE("a record's state is the kernel's letter", "[bpf]") {
  struct Case {
    std::uint32_t state;
    std::uint32_t exit_state;
    char letter;
  };
  for (const auto& [state, exit_state, letter] : std::to_array<Case>({{0, 0, 'R'},
                                                                      {1, 0, 'S'},
                                                                      {2, 0, 'D'},
                                                                      {4, 0, 'T'},
                                                                      {8, 0, 't'},
                                                                      {0x80, 0x10, 'X'},
                                                                      {0x80, 0x20, 'Z'},
                                                                      {0x40, 0, 'P'},
                                                                      {0x402, 0, 'I'},
                                                                      {0x1001, 0, 'D'},
                                                                      {0x8000, 0, 'D'}})) {
    auto record = sleeper();
    record.state = state;
    record.exit_state = exit_state;
    CAPTURE(state, exit_state);
    CHECK(stat_of(record).state == letter);
  }
}

TEST_CASE("a record's pages are those of statm, and a negative part of a counter is none", "[bpf]") {
  auto record = sleeper();
  record.total_vm = 1000;
  record.data_vm = 300;
  record.stack_vm = 33;
  record.start_code = 0x401100;
  record.end_code = 0x404001;
  record.rss[0] = 50;
  record.rss[1] = 70;
  record.rss[2] = -3;
  const auto process = scanned_process(record, Bytes{4096});
  REQUIRE(process);
  CHECK(text_of(process->statm) == " 1000 120 50 4 333");
  CHECK(process->statm_exact);
  CHECK(process->stat.vsize == Bytes{4'096'000});

  record.what = kTaskHasMemory;
  CHECK_FALSE(scanned_process(record, Bytes{4096})->statm_exact);
  record.what = 0;  // no memory: nothing that could be inexact
  CHECK(scanned_process(record, Bytes{4096})->statm_exact);
}

TEST_CASE("what is not of one moment, or of which the text says more, is left to the files", "[bpf]") {
  for (const auto what : {kTaskMoved, kTaskNoName}) {
    auto record = sleeper();
    record.what |= static_cast<std::uint32_t>(what);
    CHECK_FALSE(scanned_process(record, Bytes{4096}));
  }
  auto record = sleeper();
  record.exit_state = 0x20;
  CHECK(scanned_process(record, Bytes{4096}));
  record.num_threads = 2;  // a first thread that has ended before the others
  CHECK_FALSE(scanned_process(record, Bytes{4096}));
  record = sleeper();
  record.tgid = 0;  // of another PID namespace
  CHECK_FALSE(scanned_process(record, Bytes{4096}));
}

TEST_CASE("the terminal's number is the kernel's encoding", "[bpf]") {
  auto record = sleeper();
  record.tty_major = 136;
  record.tty_minor = 300;
  CHECK(stat_of(record).tty_nr == ((300 & 0xff) | (136 << 8) | ((300 & ~0xff) << 12)));
}

TEST_CASE("the scan says of every process what its files say", "[bpf][live]") {
  const auto procfs = ProcFs::open();
  REQUIRE(procfs);
  std::string why;
  auto scan = TaskScan::open(*procfs, why);
  if (!scan) {
    WARN("skipped: " << why);
    return;
  }
  // One with threads, which have done something.
  std::array<std::thread, 3> threads;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  for (auto& thread : threads) {
    thread = std::thread([&ends] {
      volatile unsigned sum = 0;
      for (unsigned i = 0; i < 3'000'000; ++i) sum = sum + i;
      char byte = 0;
      std::ignore = ::read(ends[0], &byte, 1);
    });
  }
  int compared = 0;
  int wrong = 0;
  // What does not change between two readings of its files has to be the same in between.
  for (int round = 0; round < 5; ++round) {
    const auto before = by_files(*procfs);
    std::map<int, Said> scanned;
    std::map<int, bool> exact;
    REQUIRE(scan->begin());
    int last = 0;
    while (const auto* process = scan->next()) {
      const int pid = process->stat.pid.value;
      CHECK(pid > last);
      last = pid;
      scanned[pid] = {text_of(process->stat), text_of(process->statm), text_of(process->owner)};
      exact[pid] = process->statm_exact;
    }
    const auto after = by_files(*procfs);
    for (const auto& [pid, said] : scanned) {
      const auto one = before.find(pid);
      const auto two = after.find(pid);
      if (one == before.end() || two == after.end() || one->second != two->second) continue;
      ++compared;
      CAPTURE(pid);
      wrong += said == one->second ? 0 : 1;
      CHECK(said.stat == one->second.stat);
      if (exact[pid]) CHECK(said.statm == one->second.statm);
      CHECK(said.owner == one->second.owner);
    }
  }
  for (std::size_t i = 0; i < threads.size(); ++i) std::ignore = ::write(ends[1], "x", 1);
  for (auto& thread : threads) thread.join();
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(compared > 10);
  CHECK(wrong == 0);
}

TEST_CASE("a process is found by ascending numbers, and asked for twice", "[bpf][live]") {
  const auto procfs = ProcFs::open();
  REQUIRE(procfs);
  std::string why;
  auto scan = TaskScan::open(*procfs, why);
  if (!scan) {
    WARN("skipped: " << why);
    return;
  }
  // Numbers begin anew when they are used up: a parent's may be the higher one.
  const auto [low, high] = std::minmax({::getpid(), ::getppid()});
  REQUIRE(scan->begin());
  CHECK(scan->find({0}) == nullptr);
  CHECK(scan->find({low}) != nullptr);
  CHECK(scan->find({low}) != nullptr);
  CHECK(scan->find({high}) != nullptr);
  CHECK(scan->find({0x7fffffff}) == nullptr);
  CHECK(scan->find({0x7fffffff}) == nullptr);
  REQUIRE(scan->begin());
  CHECK(scan->find({::getpid()}) != nullptr);
}
