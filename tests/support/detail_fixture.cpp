// SPDX-License-Identifier: MIT
#include "support/detail_fixture.h"

#include "render/format.h"
#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

constexpr Nanoseconds kCost{12'000'000};
constexpr Instant kReadAt{5'000'000'000};

// Called before and after a reading, in turn.
Instant ticking() {
  static bool begun = false;
  begun = !begun;
  return begun ? Instant{kReadAt.value - kCost.value} : kReadAt;
}

constexpr std::string_view kLimits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max stack size            8388608              unlimited            bytes     \n"
    "Max data size             unlimited            unlimited            bytes     \n"
    "Max address space         unlimited            unlimited            bytes     \n"
    "Max locked memory         65536                65536                bytes     \n"
    "Max open files            1024                 4096                 files     \n";

constexpr std::string_view kStatus =
    "Name:\tpool\nTgid:\t42\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNSpid:\t42\n"
    "VmPeak:\t    9000 kB\nVmSize:\t    8344 kB\nVmLck:\t       0 kB\nVmHWM:\t     700 kB\n"
    "VmRSS:\t     632 kB\nRssAnon:\t     520 kB\nRssFile:\t     112 kB\nRssShmem:\t       0 kB\n"
    "VmData:\t    8200 kB\nVmStk:\t     132 kB\nVmExe:\t       8 kB\nVmLib:\t       4 kB\nVmPTE:\t      44 "
    "kB\n"
    "VmSwap:\t      16 kB\nThreads:\t2\n"
    "voluntary_ctxt_switches:\t100\nnonvoluntary_ctxt_switches:\t7\n";

constexpr std::string_view kRollup =
    "00400000-7ffd00021000 ---p 00000000 00:00 0                              [rollup]\n"
    "Rss:                 632 kB\nPss:                 576 kB\nPss_Dirty:           520 kB\n"
    "Pss_Anon:            520 kB\nPss_File:             56 kB\nPss_Shmem:             0 kB\n"
    "Shared_Clean:        112 kB\nShared_Dirty:          0 kB\nPrivate_Clean:         0 kB\n"
    "Private_Dirty:       520 kB\nReferenced:          632 kB\nAnonymous:           520 kB\n"
    "AnonHugePages:         0 kB\nSwap:                 16 kB\nSwapPss:              16 kB\n"
    "Locked:                0 kB\n";

void write_map(const FakeProc& proc) {
  const auto mappings = std::to_array<FakeMapping>({
      {"00400000-00402000 r-xp 00000000 fe:00 9                                  /opt/pool", 8, 8, 4, 0, 0},
      {"01000000-01800000 rw-p 00000000 00:00 0                                  [heap]", 8192, 512, 512, 512,
       16},
      {"7f0000000000-7f0000001000 r--p 00000000 fe:00 7                          /lib/libc.so.6", 4, 4, 2, 0,
       0},
      {"7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                          [stack]", 132, 8, 8, 8, 0},
  });
  std::string smaps;
  std::string maps;
  for (const auto& mapping : mappings) {
    smaps += smaps_text(mapping);
    maps += mapping.line + "\n";
  }
  proc.file(42, "smaps", smaps);
  proc.file(42, "maps", maps);
  proc.link(42, "exe", "/opt/pool");
}

void write_group(const FakeProc& proc) {
  proc.file(42, "cgroup", "0::/system.slice/pool.service\n");
  proc.file(42, "oom_score", "667\n");
  proc.file(42, "oom_score_adj", "-17\n");
  proc.link(42, "cwd", "/srv");
  proc.link(42, "ns/pid", "pid:[4026531836]");
  proc.file("cgroups/system.slice/pool.service/memory.current", "1048576\n");
  proc.file("cgroups/system.slice/pool.service/memory.max", "max\n");
  proc.file("cgroups/system.slice/pool.service/memory.high", "2097152\n");
}

}  // namespace

std::string stat_text(const FakeStat& stat) {
  return format_text(
      "{} ({}) {} 1 42 42 0 -1 0 0 0 0 0 {} 0 0 0 20 0 {} 0 {} 8544256 158 0 1 2 3 4 5 0 0 0 0 0 0 0 17 {} 0 "
      "0\n",
      stat.pid, stat.comm, stat.state, stat.utime, stat.threads, stat.start, stat.processor);
}

std::string smaps_text(const FakeMapping& mapping) {
  std::string text = mapping.line + "\n";
  const auto add = [&text](std::string_view key, int kib) {
    text += format_text("{:<16}{:>8} kB\n", key, kib);
  };
  add("Size:", mapping.size);
  add("Rss:", mapping.rss);
  add("Pss:", mapping.pss);
  add("Shared_Clean:", mapping.rss - mapping.dirty);
  add("Shared_Dirty:", 0);
  add("Private_Clean:", 0);
  add("Private_Dirty:", mapping.dirty);
  add("Swap:", mapping.swap);
  return text + "VmFlags: rd mr mw me\n";
}

DetailFixture::DetailFixture() {
  proc_.file(42, "stat", stat_text({}));
  proc_.file(42, "statm", "2086 158 28 2 0 2050 0\n");
  proc_.file(42, "status", kStatus);
  proc_.file(42, "limits", kLimits);
  proc_.file(42, "smaps_rollup", kRollup);
  proc_.file(42, "task/42/stat", stat_text({}));
  proc_.file(42, "task/42/status", kStatus);
  proc_.file(42, "task/43/stat", stat_text({.pid = 43, .comm = "worker", .state = 'R', .utime = 6100}));
  proc_.file(42, "task/43/status", kStatus);
  proc_.file(42, "task/43/syscall", "running\n");
  proc_.file(42, "environ", std::string_view("HOME=/root\0TERM=xterm\0BAD=\x1b[2J\0", 31));
  proc_.file("sys/vm/max_map_count", "65530\n");
  proc_.file("sys/vm/overcommit_memory", "0\n");
  proc_.file("meminfo", "MemTotal:        8000 kB\nCommitLimit:     4000 kB\nCommitted_AS:    1000 kB\n");
  write_map(proc_);
  write_group(proc_);
}

DetailReading DetailFixture::read(DetailTab tab, std::uint64_t start) const {
  DetailTask task({.proc_root = proc_.root().string(),
                   .cgroup_root = (proc_.root() / "cgroups").string(),
                   .id = {.pid = {42}, .start = {start}},
                   .tab = tab,
                   .clock = ticking});
  task.work();
  return std::move(task.reading());
}

void DetailFixture::read_into(DetailData& data, DetailTab tab) const {
  auto reading = read(tab);
  data.subject = {.id = {.pid = {42}, .start = {900}}, .user = "root", .command = "/opt/pool --workers 2"};
  data.now = Instant{5'300'000'000};
  visit_part(data, tab, [&]<class T>(DetailPart<T>& part) {
    part.read_at = reading.read_at;
    part.cost = reading.cost;
    if (!reading.part) {
      part.value = std::unexpected(reading.part.error());
    } else if constexpr (std::is_same_v<T, ThreadsPart>) {
      part.value = join_threads(std::get<ThreadSamples>(*reading.part), {}, 0, {});
    } else {
      part.value = std::get<T>(std::move(*reading.part));
    }
  });
}

}  // namespace pageloupe::ptop
