// SPDX-License-Identifier: MIT
#include "sample/process.h"

namespace pageloupe {
namespace {

struct SlotOfSource {
  Source source;
  void (*set)(Process&, Errc);
};

template <auto Member>
void set_slot(Process& process, Errc reason) {
  process.*Member = std::unexpected(reason);
}
template <Namespace Which>
void set_namespace(Process& process, Errc reason) {
  process.namespaces[static_cast<std::size_t>(Which)] = std::unexpected(reason);
}

constexpr auto kSlots = std::to_array<SlotOfSource>({
    {Source::stat, set_slot<&Process::stat>},
    {Source::statm, set_slot<&Process::statm>},
    {Source::status, set_slot<&Process::status>},
    {Source::owner, set_slot<&Process::owner>},
    {Source::oom_score, set_slot<&Process::oom_score>},
    {Source::oom_score_adj, set_slot<&Process::oom_score_adj>},
    {Source::wchan, set_slot<&Process::wchan>},
    {Source::io, set_slot<&Process::io>},
    {Source::limits, set_slot<&Process::limits>},
    {Source::ksm_stat, set_slot<&Process::ksm>},
    {Source::cgroup, set_slot<&Process::cgroup>},
    {Source::exe, set_slot<&Process::exe>},
    {Source::cwd, set_slot<&Process::cwd>},
    {Source::ns_pid, set_namespace<Namespace::pid>},
    {Source::ns_mnt, set_namespace<Namespace::mnt>},
    {Source::ns_cgroup, set_namespace<Namespace::cgroup>},
    {Source::ns_ipc, set_namespace<Namespace::ipc>},
    {Source::ns_net, set_namespace<Namespace::net>},
    {Source::ns_time, set_namespace<Namespace::time>},
    {Source::ns_user, set_namespace<Namespace::user>},
    {Source::ns_uts, set_namespace<Namespace::uts>},
    {Source::security, set_slot<&Process::security>},
    {Source::fd, set_slot<&Process::fds>},
    {Source::cmdline, set_slot<&Process::cmdline>},
    {Source::smaps_rollup, set_slot<&Process::rollup>},
    {Source::perf_loads, set_slot<&Process::counters>},
    {Source::perf_stores, set_slot<&Process::counters>},
    {Source::perf_cycles, set_slot<&Process::counters>},
    {Source::perf_walks, set_slot<&Process::counters>},
    {Source::perf_flushes, set_slot<&Process::counters>},
});

}  // namespace

void set_reason(Process& process, SourceSet files, Errc reason) {
  for (const auto& slot : kSlots) {
    if (files.has(slot.source)) slot.set(process, reason);
  }
}

}  // namespace pageloupe
