// SPDX-License-Identifier: MIT
// The kernel files that values come from; a set of them is a plan.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace pageloupe {

enum class Source : std::uint8_t {
  stat,
  statm,
  status,
  cmdline,
  exe,
  limits,
  task_syscall,
  smaps_rollup,
  maps,
  smaps,
  owner,  // the owner of the directory: the process's effective user
  cgroup,
  io,
  ksm_stat,
  wchan,
  cwd,
  ns_pid,
  ns_mnt,
  ns_cgroup,
  ns_ipc,
  ns_net,
  ns_time,
  ns_user,
  ns_uts,
  oom_score,
  oom_score_adj,
  security,
  fd,
  pagemap,
  meminfo,
  system_stat,
  uptime,
  vmstat,
  pressure,
  loadavg,
  cpuid,
  thp_policy,
  // Groups of counters, which are attached only where a column needs them.
  perf_loads,
  perf_stores,
  perf_cycles,
  perf_walks,
  perf_flushes,
  count_
};

struct SourceInfo {
  Source source;
  std::string_view path;  // below /proc, or what else it is; for people
};

inline constexpr auto kSources = std::to_array<SourceInfo>({
    {Source::stat, "PID/stat"},
    {Source::statm, "PID/statm"},
    {Source::status, "PID/status"},
    {Source::cmdline, "PID/cmdline"},
    {Source::exe, "PID/exe"},
    {Source::limits, "PID/limits"},
    {Source::task_syscall, "PID/task/TID/syscall"},
    {Source::smaps_rollup, "PID/smaps_rollup"},
    {Source::maps, "PID/maps"},
    {Source::smaps, "PID/smaps"},
    {Source::owner, "PID (owner)"},
    {Source::cgroup, "PID/cgroup"},
    {Source::io, "PID/io"},
    {Source::ksm_stat, "PID/ksm_stat"},
    {Source::wchan, "PID/wchan"},
    {Source::cwd, "PID/cwd"},
    {Source::ns_pid, "PID/ns/pid"},
    {Source::ns_mnt, "PID/ns/mnt"},
    {Source::ns_cgroup, "PID/ns/cgroup"},
    {Source::ns_ipc, "PID/ns/ipc"},
    {Source::ns_net, "PID/ns/net"},
    {Source::ns_time, "PID/ns/time"},
    {Source::ns_user, "PID/ns/user"},
    {Source::ns_uts, "PID/ns/uts"},
    {Source::oom_score, "PID/oom_score"},
    {Source::oom_score_adj, "PID/oom_score_adj"},
    {Source::security, "PID/attr/current"},
    {Source::fd, "PID/fd"},
    {Source::pagemap, "PID/pagemap"},
    {Source::meminfo, "meminfo"},
    {Source::system_stat, "stat"},
    {Source::uptime, "uptime"},
    {Source::vmstat, "vmstat"},
    {Source::pressure, "pressure"},
    {Source::loadavg, "loadavg"},
    {Source::cpuid, "CPUID"},
    {Source::thp_policy, "/sys/kernel/mm/transparent_hugepage"},
    {Source::perf_loads, "perf_event_open"},
    {Source::perf_stores, "perf_event_open"},
    {Source::perf_cycles, "perf_event_open"},
    {Source::perf_walks, "perf_event_open"},
    {Source::perf_flushes, "perf_event_open"},
});

consteval bool sources_are_in_order() {
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    if (static_cast<std::size_t>(kSources[i].source) != i) return false;
  }
  return kSources.size() == static_cast<std::size_t>(Source::count_);
}
static_assert(sources_are_in_order());

class SourceSet {
 public:
  constexpr SourceSet() = default;
  // A set of one.  NOLINTNEXTLINE(google-explicit-constructor)
  constexpr SourceSet(Source source) : bits_(std::uint64_t{1} << static_cast<unsigned>(source)) {}

  [[nodiscard]] constexpr bool has(Source source) const { return (bits_ & SourceSet(source).bits_) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
  constexpr SourceSet& operator|=(SourceSet other) {
    bits_ |= other.bits_;
    return *this;
  }
  friend constexpr SourceSet operator|(SourceSet a, SourceSet b) { return a |= b; }
  // Those of a that are not in b.
  friend constexpr SourceSet operator-(SourceSet a, SourceSet b) {
    a.bits_ &= ~b.bits_;
    return a;
  }
  friend constexpr bool operator==(SourceSet, SourceSet) = default;

 private:
  std::uint64_t bits_ = 0;
  static_assert(static_cast<unsigned>(Source::count_) <= 64);
};

constexpr SourceSet operator|(Source a, Source b) { return SourceSet(a) | SourceSet(b); }

}  // namespace pageloupe
