// SPDX-License-Identifier: MIT
// One process or thread at one instant: a slot for each kernel file, with what it said or why it said
// nothing.
#pragma once

#include <array>
#include <expected>
#include <string>

#include "perf/counts.h"
#include "proc/cgroup.h"
#include "proc/io.h"
#include "proc/ksm_stat.h"
#include "proc/limits.h"
#include "proc/smaps_usage.h"
#include "proc/stat.h"
#include "proc/statm.h"
#include "proc/status.h"
#include "sample/source.h"

namespace pageloupe {

// What was read, or the reason for having nothing: not_sampled where the plan did not ask.
template <class T>
using Slot = std::expected<T, Errc>;

// The owner of /proc/PID: the effective user and group.
struct Owner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

// status without its views.
struct StatusRecord {
  std::array<std::uint32_t, 4> uid{};  // real, effective, saved, filesystem
  std::array<std::uint32_t, 4> gid{};
  KeyedValues<StatusKey> values{};
  std::string ns_pid{};
  std::string groups{};
};

enum class Namespace : std::uint8_t { pid, mnt, cgroup, ipc, net, time, user, uts, count_ };
inline constexpr auto kNamespaces = static_cast<std::size_t>(Namespace::count_);

// What tells one process from another that had the same PID before.
struct ProcessId {
  Pid pid{};
  Ticks start{};
  friend constexpr auto operator<=>(const ProcessId&, const ProcessId&) = default;
};

constexpr std::array<Slot<std::uint64_t>, kNamespaces> unsampled_namespaces() {
  std::array<Slot<std::uint64_t>, kNamespaces> slots{};
  slots.fill(std::unexpected(Errc::not_sampled));
  return slots;
}

struct Process {
  Pid pid{};   // of the thread, where it is one
  Pid tgid{};  // of the process
  Slot<PidStat> stat = std::unexpected(Errc::not_sampled);
  Slot<PidStatm> statm = std::unexpected(Errc::not_sampled);
  Slot<StatusRecord> status = std::unexpected(Errc::not_sampled);
  Slot<SmapsUsage> rollup = std::unexpected(Errc::not_sampled);
  Slot<PidIo> io = std::unexpected(Errc::not_sampled);
  Slot<PidLimits> limits = std::unexpected(Errc::not_sampled);
  Slot<KsmStat> ksm = std::unexpected(Errc::not_sampled);
  Slot<Owner> owner = std::unexpected(Errc::not_sampled);
  Slot<std::string> cmdline = std::unexpected(Errc::not_sampled);  // arguments with blanks between them
  Slot<std::string> exe = std::unexpected(Errc::not_sampled);
  Slot<std::string> cwd = std::unexpected(Errc::not_sampled);
  Slot<CgroupPaths> cgroup = std::unexpected(Errc::not_sampled);
  Slot<std::string> wchan = std::unexpected(Errc::not_sampled);
  Slot<std::string> security = std::unexpected(Errc::not_sampled);  // label of SELinux, profile of AppArmor
  std::array<Slot<std::uint64_t>, kNamespaces> namespaces = unsampled_namespaces();  // their numbers
  Slot<std::int64_t> oom_score = std::unexpected(Errc::not_sampled);
  Slot<std::int64_t> oom_score_adj = std::unexpected(Errc::not_sampled);
  Slot<std::uint64_t> fds = std::unexpected(Errc::not_sampled);  // number of open descriptors

  Slot<perf::Counts> counters = std::unexpected(Errc::not_sampled);  // ProcessCounters fills it

  bool one_thread = false;        // of a single thread, also where it is the first, whose ID is the process's
  bool memory_elsewhere = false;  // a thread whose process's row shows the memory that they share

  [[nodiscard]] bool is_thread() const { return pid != tgid; }
};

// Gives the slots of those files that reason for having nothing.
void set_reason(Process& process, SourceSet files, Errc reason);

}  // namespace pageloupe
