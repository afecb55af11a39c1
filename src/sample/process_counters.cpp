// SPDX-License-Identifier: MIT
#include "sample/process_counters.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "perf/cpu_clock.h"
#include "sample/cpu_facts.h"

namespace pageloupe {
namespace {

using perf::Group;

struct SourceGroup {
  Source source{};
  Group group{};
};
constexpr auto kSourceGroups = std::to_array<SourceGroup>({
    {Source::perf_loads, Group::loads},
    {Source::perf_stores, Group::stores},
    {Source::perf_cycles, Group::cycles},
    {Source::perf_walks, Group::walks},
    {Source::perf_flushes, Group::flushes},
});

std::optional<int> read_paranoid(const ProcFs& procfs) {
  std::string buffer;
  auto text = procfs.read("sys/kernel/perf_event_paranoid", buffer);
  return text ? to_number<int>(trim(take_line(*text))) : std::nullopt;
}

}  // namespace

perf::Machine read_perf_machine(const ProcFs& procfs) {
  perf::Machine machine;
  machine.core_pmus = perf::core_pmus("/sys/bus/event_source/devices");
  machine.cpu = read_cpu_facts(procfs).model;
  machine.tlb_flush_id = perf::tlb_flush_id("/sys/kernel/tracing");
  // Where it was mounted before Linux 4.1, and still may be.
  if (!machine.tlb_flush_id) {
    const auto old = perf::tlb_flush_id("/sys/kernel/debug/tracing");
    if (old || machine.tlb_flush_id.error() == Errc::event_missing) machine.tlb_flush_id = old;
  }
  machine.paranoid = read_paranoid(procfs);
  return machine;
}

perf::Plan counter_plan(SourceSet plan) {
  perf::Plan groups;
  for (const auto& row : kSourceGroups) {
    if (plan.has(row.source)) groups.add(row.group);
  }
  return groups;
}

bool counted_in_part(const Process& now, const Process& before) {
  constexpr double kUnseenNs = 1e6;
  if (!now.counters || !before.counters || now.counters->attachment != before.counters->attachment)
    return false;
  const perf::Interval interval{*now.counters, *before.counters};
  if (!interval.now.cpu || !interval.before.cpu) return false;
  const auto ran = static_cast<double>(interval.now.cpu->value - interval.before.cpu->value);
  return std::ranges::any_of(perf::kGroupTable, [&](const perf::GroupInfo& group) {
    if (interval.now[group.group].enabled.value == 0) return false;
    const auto share = perf::coverage(interval, group.group);
    return share && share->value < perf::kPartial && ran * (100 - share->value) / 100 >= kUnseenNs;
  });
}

void TaskCounters::sample(const ProcFs& procfs, Process& process, const perf::Plan& plan) {
  if (plan.empty()) return;
  // The processes of a captured /proc are not those that run here.
  if (procfs.root() != "/proc") {
    process.counters = std::unexpected(Errc::not_applicable);
    return;
  }
  if (!process.stat) {
    process.counters = std::unexpected(process.stat.error());
    return;
  }
  const bool starved = group_ && group_->descriptors() == 0 && group_->threads_left_out() != 0;
  if (!group_ || plan_ != plan || starved) attach(procfs, process, plan);
  process.counters = group_->read();
  process.counters->attachment = attachment_;
  // Read last: a thread that runs meanwhile has then run more than was counted, never less.
  process.counters->cpu =
      perf::cpu_clock(process.pid, process.one_thread ? perf::ClockOf::thread : perf::ClockOf::process);
}

void TaskCounters::attach(const ProcFs& procfs, const Process& process, const perf::Plan& plan) {
  group_.reset();
  plan_ = plan;
  attachment_ = access_->next_attachment();
  std::vector<Pid> threads{process.pid};
  if (!process.one_thread) {
    if (auto all = procfs.pid_by_path(process.pid).threads()) threads = std::move(*all);
  }
  group_.emplace(
      access_->open(threads, plan, process.one_thread ? perf::Inherit::none : perf::Inherit::threads));
}

// The first thread of a process and the process have one ID: what stands for one thread is told by its row.
void ProcessCounters::sample(const ProcFs& procfs, Process& process, SourceSet plan) {
  const auto groups = counter_plan(plan);
  if (groups.empty()) return;
  const ProcessId id{process.pid, process.stat ? process.stat->starttime : Ticks{}};
  auto& attached =
      attached_.try_emplace({id, process.one_thread}, Attached{.counters = TaskCounters(access_)})
          .first->second;
  attached.fresh = true;
  attached.counters.sample(procfs, process, groups);
}

void ProcessCounters::evict_others() {
  for (auto at = attached_.begin(); at != attached_.end();)
    at = std::exchange(at->second.fresh, false) ? std::next(at) : attached_.erase(at);
}

std::size_t ProcessCounters::threads_left_out() const {
  std::size_t count = 0;
  for (const auto& [key, attached] : attached_) count += attached.counters.threads_left_out();
  return count;
}

}  // namespace pageloupe
