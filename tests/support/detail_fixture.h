// SPDX-License-Identifier: MIT
// A process of a test's own, read as the screen of details reads it.
#pragma once

#include <string>

#include "ptop/detail_task.h"
#include "ptop/detail_view.h"
#include "support/fake_proc.h"

namespace pageloupe::ptop {

// Process 42, "pool", started at tick 900, with two threads, four mappings and an environment.
class DetailFixture {
 public:
  DetailFixture();

  // What a task reads for that tab of process 42 with that start time; reading takes 12 ms.
  [[nodiscard]] DetailReading read(DetailTab tab, std::uint64_t start = 900) const;

  // The same, put where the screen looks for it, at 5.3 s, 300 ms ago.
  void read_into(DetailData& data, DetailTab tab) const;

  [[nodiscard]] const FakeProc& proc() const { return proc_; }

 private:
  FakeProc proc_;
};

// One line of stat: the fields that the details look at.
struct FakeStat {
  int pid = 42;
  std::string comm = "pool";
  char state = 'S';
  std::uint64_t utime = 100;
  std::uint64_t threads = 2;
  std::uint64_t start = 900;
  int processor = 1;
};
[[nodiscard]] std::string stat_text(const FakeStat& stat);

// A record of smaps; sizes in KiB.
struct FakeMapping {
  std::string line;
  int size = 0;
  int rss = 0;
  int pss = 0;
  int dirty = 0;
  int swap = 0;
};
[[nodiscard]] std::string smaps_text(const FakeMapping& mapping);

}  // namespace pageloupe::ptop
