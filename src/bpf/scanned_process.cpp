// SPDX-License-Identifier: MIT
// The arithmetic of fs/proc/array.c and kernel/sched/cputime.c, on what the iterator copied.
#include <algorithm>
#include <cstring>

#include "bpf/task_record.h"
#include "bpf/task_scan.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kNanosecondsPerTick = 10'000'000;

Ticks ticks(std::uint64_t nanoseconds) { return {nanoseconds / kNanosecondsPerTick}; }

// task_state_index() and task_state_array.
char state_letter(const task_record& record) {
  constexpr std::uint32_t kReported = 0x7f;
  constexpr std::uint32_t kUninterruptible = 2;
  constexpr std::uint32_t kIdle = 0x402;
  constexpr std::uint32_t kWaitsForLock = 0x1000;
  constexpr std::uint32_t kFrozen = 0x8000;
  constexpr std::string_view kLetters = "RSDTtXZPI";
  const auto state = record.state | record.exit_state;
  auto reported = state & kReported;
  if ((state & kIdle) == kIdle) reported = kReported + 1;
  if ((state & (kWaitsForLock | kFrozen)) != 0) reported = kUninterruptible;
  return kLetters[static_cast<std::size_t>(std::bit_width(reported))];
}

struct CpuTime {
  std::uint64_t user = 0;
  std::uint64_t system = 0;
};

// What of the time that was measured the ticks of the kernel's own part stand for.
std::uint64_t system_share(const task_record& record) {
  if (record.stime == 0) return 0;
  if (record.utime == 0) return record.runtime;
  __extension__ using Wide = unsigned __int128;
  const auto scaled = static_cast<Wide>(record.stime) * record.runtime / (record.stime + record.utime);
  return std::min(static_cast<std::uint64_t>(scaled), record.runtime);
}

// cputime_adjust(): the ticks that were counted say how the time that was measured is divided, and neither
// part ever goes back.
CpuTime adjusted(const task_record& record) {
  const auto runtime = record.runtime;
  if (record.prev_utime + record.prev_stime >= runtime) return {record.prev_utime, record.prev_stime};
  auto system = std::max(system_share(record), record.prev_stime);
  auto user = runtime - std::min(system, runtime);
  if (user < record.prev_utime) {
    user = record.prev_utime;
    system = runtime - user;
  }
  return {user, system};
}

// new_encode_dev() of the terminal's number.
std::int32_t device(const task_record& record) {
  const auto major = static_cast<std::uint32_t>(record.tty_major);
  const auto minor = static_cast<std::uint32_t>(record.tty_minor);
  return static_cast<std::int32_t>((minor & 0xff) | (major << 8) | ((minor & ~std::uint32_t{0xff}) << 12));
}

std::uint64_t pages(std::int64_t count) { return count > 0 ? static_cast<std::uint64_t>(count) : 0; }

void fill_task(const task_record& record, PidStat& stat) {
  constexpr int kMaxRealTime = 100;
  constexpr int kDefaultPriority = 120;
  stat.pid = {record.tgid};
  stat.comm = Comm({record.comm, ::strnlen(record.comm, sizeof record.comm)});
  stat.state = state_letter(record);
  stat.ppid = {record.ppid};
  stat.pgrp = record.pgrp;
  stat.session = record.session;
  stat.tty_nr = device(record);
  stat.tpgid = record.tpgid;
  stat.flags = record.flags;
  stat.priority = record.prio - kMaxRealTime;
  stat.nice = record.static_prio - kDefaultPriority;
  stat.num_threads = pages(record.num_threads);
  stat.starttime = ticks(record.start_boottime);
  stat.rsslim = record.rsslim;
  stat.exit_signal = record.exit_signal;
  stat.processor = record.processor;
  stat.rt_priority = record.rt_priority;
  stat.policy = record.policy;
  constexpr std::uint64_t kShown = 0x7fffffff;
  stat.signal = record.pending & kShown;
  stat.blocked = record.blocked & kShown;
  stat.sigignore = record.ignored & kShown;
  stat.sigcatch = record.caught & kShown;
  stat.wchan = record.num_threads < 2 && record.state != 0 ? 1 : 0;
}

void fill_sums(const task_record& record, PidStat& stat) {
  const auto time = adjusted(record);
  stat.minflt = record.minflt;
  stat.majflt = record.majflt;
  stat.utime = ticks(time.user);
  stat.stime = ticks(time.system);
  stat.guest_time = ticks(record.gtime);
  stat.cminflt = record.cminflt;
  stat.cmajflt = record.cmajflt;
  stat.cutime = ticks(record.cutime);
  stat.cstime = ticks(record.cstime);
  stat.cguest_time = ticks(record.cgtime);
  stat.delayacct_blkio_ticks = ticks(record.blkio_delay);
}

void fill_memory(const task_record& record, std::uint64_t page, ScannedProcess& process) {
  auto& stat = process.stat;
  stat.vsize = Bytes{record.total_vm * page};
  stat.rss = Pages{pages(record.rss_parts[0]) + pages(record.rss_parts[1]) + pages(record.rss_parts[2])};
  stat.startcode = {record.start_code};
  stat.endcode = {record.end_code};
  stat.startstack = {record.start_stack};
  stat.start_data = {record.start_data};
  stat.end_data = {record.end_data};
  stat.start_brk = {record.start_brk};
  auto& statm = process.statm;
  statm.size = {record.total_vm};
  statm.shared = {pages(record.rss[0]) + pages(record.rss[2])};
  statm.resident = {statm.shared.value + pages(record.rss[1])};
  statm.text = {((record.end_code + page - 1) / page) - (record.start_code / page)};
  statm.data = {record.data_vm + record.stack_vm};
}

}  // namespace

std::optional<ScannedProcess> scanned_process(const task_record& record, Bytes page_size) {
  constexpr std::uint32_t kNotWhole = kTaskNoName | kTaskMoved;
  constexpr std::uint64_t kExiting = 0x4;  // PF_EXITING: the text shows registers then
  // The group's first thread has ended before the others: what it had is theirs.
  const bool leader_ended = record.exit_state != 0 && record.num_threads > 1;
  if ((record.what & kNotWhole) != 0 || leader_ended || record.tgid <= 0) return std::nullopt;
  const bool exiting = (record.flags & kExiting) != 0 && (record.what & kTaskHasMemory) != 0;
  if (exiting) return std::nullopt;
  ScannedProcess process;
  fill_task(record, process.stat);
  fill_sums(record, process.stat);
  if ((record.what & kTaskHasMemory) != 0) fill_memory(record, page_size.value, process);
  process.owner = {record.euid, record.egid};
  process.statm_exact = (record.what & (kTaskRssExact | kTaskHasMemory)) != kTaskHasMemory;
  return process;
}

}  // namespace pageloupe
