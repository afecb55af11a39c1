// SPDX-License-Identifier: MIT
#include "ptop/feed.h"

#include <ctime>

#include "cli/run_info.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

Instant boottime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

Monitor::Options monitor_options(const LiveFeed::Options& options, const SystemFacts& facts) {
  return {.threads = options.threads,
          .most_held = options.hold ? descriptors_to_hold() : 0,
          .only = options.only,
          .page_size = facts.page_size,
          .ticks_per_second = facts.ticks_per_second,
          .scan = options.scan};
}

}  // namespace

void Feed::derive_facts() {
  facts_.now = machine_.now;
  if (machine_.stat) {
    facts_.cpus = std::max<std::size_t>(machine_.stat->online_cpus(), 1);
    facts_.boot = machine_.stat->btime.value_or(facts_.boot);
  }
  if (machine_.uptime) facts_.uptime = machine_.uptime->up;
  if (machine_.meminfo) facts_.mem_total = machine_.meminfo->bytes(MeminfoKey::mem_total).value_or(Bytes{});
}

LiveFeed::LiveFeed(const ProcFs& procfs, Background& background, const Options& options)
    : procfs_(procfs),
      machine_reader_(procfs),
      cgroup_reader_(procfs),
      monitor_(procfs, monitor_options(options, read_system_facts(procfs, {now_ns()}))),
      deferred_(procfs, background, {.threads = options.threads}) {
  facts_ = read_system_facts(procfs, {now_ns()});
}

void LiveFeed::need(SourceSet files) {
  if (files.has(Source::cpuid) && !facts_.cpu.data_tlbs && facts_.cpu.data_tlbs.error() == Errc::not_sampled)
    facts_.cpu = read_cpu_facts(procfs_);
  if (counter_plan(files).empty() || deferred_.counters() != nullptr) return;
  // The monitor holds the other half of the descriptors.
  deferred_.count_with(std::make_shared<CounterAccess>(
      std::make_shared<perf::SystemCalls>(), read_perf_machine(procfs_), perf::raise_descriptor_limit() / 2));
}

std::expected<void, std::string> LiveFeed::refresh(SourceSet machine) {
  const auto now = boottime();
  if (const auto done = monitor_.refresh(now); !done) {
    const bool empty = done.error().code == Errc::malformed;
    return std::unexpected(procfs_.root() +
                           (empty ? " holds no processes: it is no procfs"
                                  : " cannot be listed: " + std::string(reason(done.error().code))));
  }
  keep_machine();
  // CPU times, the size of memory and the uptime are in rows, too.
  machine_reader_.read(machine | Source::system_stat | Source::meminfo | Source::uptime, now, {now_ns()},
                       machine_);
  cgroup_reader_.read(cgroup_);
  derive_facts();
  count_tasks(list().tasks(), counts_);
  deferred_.collect(now);
  deferred_.forget(list());
  return {};
}

std::string LiveFeed::cost() const {
  const auto& cost = monitor_.cost();
  auto text = format_text("{} slept, {} read", cost.slept, cost.read);
  if (cost.scanned > 0) text += format_text(", {} by BPF", cost.scanned);
  return text;
}

}  // namespace pageloupe::ptop
