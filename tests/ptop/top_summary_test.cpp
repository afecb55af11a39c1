// SPDX-License-Identifier: MIT
#include "ptop/top_summary.h"

#include "support/catch.h"
#include "support/utc.h"

namespace pageloupe::ptop {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

MachineSample machine(std::string_view stat, std::string_view meminfo, std::string_view load,
                      std::string_view up) {
  MachineSample sample{.now = {1'700'000'000 * kSecond}};  // 22:13:20 UTC
  sample.stat = parse_system_stat(stat);
  sample.meminfo = parse_meminfo(meminfo);
  sample.load = parse_loadavg(load);
  sample.uptime = parse_uptime(up);
  return sample;
}

constexpr std::string_view kMeminfo =
    "MemTotal:       24683620 kB\nMemFree:        23892836 kB\nMemAvailable:   24273412 kB\nBuffers:         "
    "   6740 kB\n"
    "Cached:           558292 kB\nSwapTotal:       2097148 kB\nSwapFree:        2000000 kB\nSReclaimable:    "
    "  66840 kB\n";

MachineSample before() {
  return machine("cpu  100 10 50 1000 20 1 2 3 0 0\ncpu0 100 10 50 1000 20 1 2 3 0 0\n", kMeminfo,
                 "2.30 1.84 0.93 1/100 5\n", "1019.10 5.00\n");
}

MachineSample now() {
  return machine("cpu  223 10 87 1030 22 1 5 8 0 0\ncpu0 223 10 87 1030 22 1 5 8 0 0\n", kMeminfo,
                 "2.30 1.84 0.93 1/100 5\n", "1021.10 5.00\n");
}

TaskCounts tasks() {
  return {.total = 88,
          .running = 2,
          .sleeping = 60,
          .uninterruptible = 1,
          .stopped = 1,
          .traced = 1,
          .zombie = 3,
          .idle = 20};
}

std::string text(const TopSummary& summary) {
  Buffer buffer;
  append_top_summary(buffer, summary);
  return std::string(buffer.view());
}

TEST_CASE("the summary has the lines of top, blank by blank", "[ptop]") {
  const Utc utc;
  const auto first = before();
  const auto last = now();
  const auto counts = tasks();
  CHECK(text({.before = first, .now = last, .tasks = counts}) ==
        "ptop - 22:13:20 up 17 min,  0 user,  load average: 2.30, 1.84, 0.93\n"
        "Tasks:  88 total,   2 running,  81 sleeping,   2 stopped,   3 zombie\n"
        "%Cpu(s): 61.5 us, 18.5 sy,  0.0 ni, 15.0 id,  1.0 wa,  0.0 hi,  1.5 si,  2.5 st \n"
        "MiB Mem :  24105.1 total,  23332.8 free,    400.6 used,    617.1 buff/cache     \n"
        "MiB Swap:   2048.0 total,   1953.1 free,     94.9 used.  23704.5 avail Mem \n");
}

TEST_CASE("a summary of threads says so, and users are counted", "[ptop]") {
  const Utc utc;
  const auto first = before();
  const auto last = now();
  const auto counts = tasks();
  const auto lines = text({.before = first, .now = last, .tasks = counts, .users = 2, .threads = true});
  CHECK_THAT(lines, ContainsSubstring("\nThreads:  88 total,"));
  CHECK_THAT(lines, ContainsSubstring(" min,  2 users,  load"));
}

TEST_CASE("a CPU that takes all of the time fills its column", "[ptop]") {
  const auto first = machine("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0\ncpu11 0 0 0 0\n", kMeminfo, "", "");
  const auto last = machine("cpu  50 0 50 0 0 0 0 0 0 0\ncpu0 50 0 0 0\ncpu11 0 0 50 0\n", kMeminfo, "", "");
  const TaskCounts counts;
  const auto lines = text({.before = first, .now = last, .tasks = counts, .per_cpu = true});
  CHECK_THAT(lines, ContainsSubstring(
                        "\n%Cpu0  :100.0 us,  0.0 sy,  0.0 ni,  0.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n"
                        "%Cpu11 :  0.0 us,100.0 sy,  0.0 ni,"));
}

TEST_CASE("where no time passed the CPUs were idle, and before the first interval nobody knows", "[ptop]") {
  const auto sample = now();
  const TaskCounts counts;
  CHECK_THAT(text({.before = sample, .now = sample, .tasks = counts}),
             ContainsSubstring("%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,"));
  const MachineSample none;
  CHECK_THAT(text({.before = none, .now = sample, .tasks = counts}),
             ContainsSubstring("%Cpu(s):    ? us,    ? sy,"));
}

TEST_CASE("what is not known is no zero", "[ptop]") {
  const Utc utc;
  const MachineSample none{.now = {1'700'000'000 * kSecond}};
  const TaskCounts counts;
  const auto lines = text({.before = none, .now = none, .tasks = counts});
  CHECK_THAT(lines, ContainsSubstring("22:13:20 up ?,  0 user,  load average: ?, ?, ?\n"));
  CHECK_THAT(lines, ContainsSubstring(
                        "MiB Mem :        ? total,        ? free,        ? used,        ? buff/cache"));
}

TEST_CASE("memory is in the unit that was asked for", "[ptop]") {
  const auto sample = now();
  const TaskCounts counts;
  const auto lines = [&](MemoryScale scale) {
    return text({.before = sample, .now = sample, .tasks = counts, .scale = scale});
  };
  CHECK_THAT(
      lines(MemoryScale::kib),
      ContainsSubstring("KiB Mem : 24683620 total, 23892836 free,   410208 used,   631872 buff/cache     \n"
                        "KiB Swap:  2097148 total,  2000000 free,    97148 used. 24273412 avail Mem \n"));
  CHECK_THAT(lines(MemoryScale::gib),
             ContainsSubstring("GiB Mem :     23.5 total,     22.8 free,      0.4 used,"));
  CHECK_THAT(lines(MemoryScale::eib), ContainsSubstring("EiB Swap:      0.0 total,"));
}

TEST_CASE("a figure that has no room is cut with a plus", "[ptop]") {
  const auto sample = machine("cpu  1 1 1 1\n", "MemTotal: 1234567890 kB\nMemFree: 99999999 kB\n", "", "");
  const TaskCounts counts;
  CHECK_THAT(text({.before = sample, .now = sample, .tasks = counts, .scale = MemoryScale::kib}),
             ContainsSubstring("KiB Mem : 12345678+total, 99999999 free,"));
}

TEST_CASE("uptime has hours from the first on and days from the first on", "[ptop]") {
  const TaskCounts counts;
  const auto up = [&](std::string_view uptime) {
    const auto sample = machine("cpu  1 1 1 1\n", kMeminfo, "", uptime);
    return text({.before = sample, .now = sample, .tasks = counts});
  };
  CHECK_THAT(up("0.00 0.00\n"), ContainsSubstring(" up 0 min,  0 user"));
  CHECK_THAT(up("3599.99 0.00\n"), ContainsSubstring(" up 59 min,  0 user"));
  CHECK_THAT(up("3660.00 0.00\n"), ContainsSubstring(" up  1:01,  0 user"));
  CHECK_THAT(up("86400.00 0.00\n"), ContainsSubstring(" up 1 day, 0 min,  0 user"));
  CHECK_THAT(up("216000.00 0.00\n"), ContainsSubstring(" up 2 days, 12:00,  0 user"));
}

TEST_CASE("where available memory exceeds the total, as in some containers, free memory stands for it",
          "[ptop]") {
  const auto sample =
      machine("cpu  1 1 1 1\n", "MemTotal: 1024 kB\nMemFree: 512 kB\nMemAvailable: 9999 kB\n", "", "");
  const TaskCounts counts;
  const auto lines = text({.before = sample, .now = sample, .tasks = counts, .scale = MemoryScale::kib});
  CHECK_THAT(lines, ContainsSubstring("     512 used,"));
  CHECK_THAT(lines, ContainsSubstring("     512 avail Mem "));
}

}  // namespace
}  // namespace pageloupe::ptop
