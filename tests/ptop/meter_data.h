// SPDX-License-Identifier: MIT
// A machine as its files say it, for the meters' tests.
#pragma once

#include <string>
#include <string_view>

#include "ptop/meters.h"

namespace pageloupe::ptop {

inline constexpr std::uint64_t kSecond = 1'000'000'000;

inline constexpr std::string_view kStatBefore =
    "cpu  1000 0 500 8000 100 0 10 0 0 0\ncpu0 500 0 250 4000 50 0 5 0 0 0\ncpu1 500 0 250 4000 50 0 5 0 0 "
    "0\n";
inline constexpr std::string_view kStatNow =
    "cpu  1050 10 530 8100 106 0 12 2 0 0\ncpu0 540 10 275 4015 55 0 6 0 0 0\ncpu1 510 0 255 4085 51 0 6 2 0 "
    "0\n";

inline constexpr std::string_view kMeminfoText =
    "MemTotal:       16777216 kB\nMemFree:         4194304 kB\nMemAvailable:   10485760 kB\n"
    "Buffers:          102400 kB\nCached:          6291456 kB\nSwapTotal:       2097152 kB\n"
    "SwapFree:        1572864 kB\nAnonPages:       4194304 kB\nShmem:            524288 kB\n"
    "SReclaimable:     409600 kB\nSUnreclaim:       204800 kB\nKernelStack:       16384 kB\n"
    "PageTables:        51200 kB\nCommitLimit:    10485760 kB\nCommitted_AS:    7340032 kB\n";

[[nodiscard]] inline MachineSample machine_before() {
  MachineSample sample{.at = {10 * kSecond}, .now = {1'700'000'000 * kSecond}};
  sample.stat = parse_system_stat(kStatBefore);
  sample.vmstat = parse_vmstat("pswpin 0\npswpout 10\npgfault 100000\npgmajfault 40\noom_kill 0\n");
  return sample;
}

[[nodiscard]] inline MachineSample machine_now() {
  MachineSample sample{.at = {12 * kSecond}, .now = {1'700'000'002 * kSecond}};
  sample.stat = parse_system_stat(kStatNow);
  sample.meminfo = parse_meminfo(kMeminfoText);
  sample.overcommit = Overcommit::heuristic;
  sample.vmstat = parse_vmstat("pswpin 0\npswpout 522\npgfault 124690\npgmajfault 43\noom_kill 0\n");
  sample.pressure = {
      parse_pressure("some avg10=12.50 avg60=0 avg300=0 total=0\nfull avg10=0.00 avg60=0 avg300=0 total=0\n"),
      parse_pressure("some avg10=1.50 avg60=0 avg300=0 total=0\nfull avg10=0.50 avg60=0 avg300=0 total=0\n"),
      parse_pressure("some avg10=0.00 avg60=0 avg300=0 total=0\nfull avg10=0.00 avg60=0 avg300=0 total=0\n")};
  sample.load = parse_loadavg("2.30 1.84 0.93 2/345 6789\n");
  sample.uptime = parse_uptime("273900.25 180.00\n");  // 3 days and 4:05
  return sample;
}

[[nodiscard]] inline TaskCounts some_tasks() {
  return {.total = 88,
          .running = 2,
          .sleeping = 60,
          .uninterruptible = 1,
          .zombie = 3,
          .idle = 22,
          .processes = 88,
          .threads = 140,
          .kernel_threads = 45,
          .careless = {{.pid = {1234}, .comm = Comm("python3"), .zombies = 2}, {.pid = {99}, .zombies = 1}}};
}

// The text of the lines, without the blanks at their ends.
[[nodiscard]] inline std::string text_of(const Frame& frame) {
  std::string text;
  for (const auto& line : frame.lines()) {
    text += line.text();
    while (text.ends_with(' ')) text.pop_back();
    text += '\n';
  }
  return text;
}

// The machine above in its second look, with all that there is to show.
struct Look {
  MachineSample before = machine_before();
  MachineSample now = machine_now();
  TaskCounts tasks = some_tasks();
  CgroupLimits cgroup{};
  MeterLayout layout{};

  [[nodiscard]] MeterData data() const {
    return {.now = &now, .before = &before, .tasks = &tasks, .cgroup = &cgroup};
  }
  [[nodiscard]] std::string at(Size size) const {
    Frame frame;
    add_meters(frame, data(), layout, size);
    return text_of(frame);
  }
};

}  // namespace pageloupe::ptop
