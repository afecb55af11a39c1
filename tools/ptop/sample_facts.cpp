// SPDX-License-Identifier: MIT
#include "ptop/sample_facts.h"

#include <array>

#include "ptop/memory_use.h"
#include "sample/cpu_usage.h"

namespace pageloupe::ptop {
namespace {

struct Seen {
  const Feed& feed;
  std::optional<CpuTimes> cpu{};  // since the sample before
  std::optional<MemoryUse> memory{};
};

struct Fact {
  Column column{};
  Value (*get)(const Seen& seen) = nullptr;
};

template <std::size_t TaskCounts::* member>
Value task_count(const Seen& seen) {
  return std::uint64_t{seen.feed.counts().*member};
}

template <Ticks CpuTimes::* member>
Value cpu_share(const Seen& seen) {
  if (!seen.cpu) return seen.feed.machine_before() == nullptr ? Errc::no_previous : Errc::unsupported;
  return Percent{share_of((*seen.cpu).*member, *seen.cpu)};
}

template <double LoadAverage::* member>
Value load(const Seen& seen) {
  const auto& found = seen.feed.machine().load;
  return found ? Value(Number{(*found).*member}) : Value(found.error().code);
}

template <std::optional<Bytes> MemoryUse::* member>
Value memory(const Seen& seen) {
  if (!seen.memory) return seen.feed.machine().meminfo.error().code;
  const auto& size = (*seen.memory).*member;
  return size ? Value(*size) : Value(Errc::unsupported);
}

Value interval(const Seen& seen) {
  const auto* before = seen.feed.machine_before();
  return before == nullptr ? Value(Errc::no_previous) : Value(seen.feed.machine().at - before->at);
}

Value uptime(const Seen& seen) {
  const auto& found = seen.feed.machine().uptime;
  return found ? Value(found->up) : Value(found.error().code);
}

Value memory_total(const Seen& seen) {
  return seen.memory ? Value(seen.memory->total) : Value(seen.feed.machine().meminfo.error().code);
}

constexpr auto kFacts = std::to_array<Fact>({
    {{.name = "sample_time", .header = "TIME", .help = "when the sample was taken", .type = Type::timestamp},
     [](const Seen& seen) -> Value { return seen.feed.machine().now; }},
    {{.name = "interval", .header = "INTERVAL", .help = "since the sample before", .type = Type::duration},
     interval},
    {{.name = "uptime", .header = "UPTIME", .help = "since the machine was started", .type = Type::duration},
     uptime},
    {{.name = "load_1", .header = "LOAD1", .help = "load average of a minute", .type = Type::number},
     load<&LoadAverage::one>},
    {{.name = "load_5", .header = "LOAD5", .help = "load average of five minutes", .type = Type::number},
     load<&LoadAverage::five>},
    {{.name = "load_15",
      .header = "LOAD15",
      .help = "load average of a quarter of an hour",
      .type = Type::number},
     load<&LoadAverage::fifteen>},
    {{.name = "tasks",
      .header = "TASKS",
      .help = "processes, or threads where they are rows",
      .type = Type::count},
     task_count<&TaskCounts::total>},
    {{.name = "tasks_running", .header = "RUNNING", .help = "that run or could run", .type = Type::count},
     task_count<&TaskCounts::running>},
    {{.name = "tasks_sleeping",
      .header = "SLEEPING",
      .help = "that wait and can be woken",
      .type = Type::count},
     task_count<&TaskCounts::sleeping>},
    {{.name = "tasks_uninterruptible",
      .header = "BLOCKED",
      .help = "that wait in the kernel, mostly for storage",
      .type = Type::count},
     task_count<&TaskCounts::uninterruptible>},
    {{.name = "tasks_stopped", .header = "STOPPED", .help = "stopped by a signal", .type = Type::count},
     task_count<&TaskCounts::stopped>},
    {{.name = "tasks_traced", .header = "TRACED", .help = "stopped by a debugger", .type = Type::count},
     task_count<&TaskCounts::traced>},
    {{.name = "tasks_zombie",
      .header = "ZOMBIES",
      .help = "ended, and not fetched by their parents",
      .type = Type::count},
     task_count<&TaskCounts::zombie>},
    {{.name = "tasks_idle", .header = "IDLE", .help = "of the kernel, without work", .type = Type::count},
     task_count<&TaskCounts::idle>},
    {{.name = "cpu_user", .header = "US", .help = "CPU time of programs", .type = Type::percent},
     cpu_share<&CpuTimes::user>},
    {{.name = "cpu_system", .header = "SY", .help = "CPU time of the kernel", .type = Type::percent},
     cpu_share<&CpuTimes::system>},
    {{.name = "cpu_nice",
      .header = "NI",
      .help = "CPU time of programs with a nice value above 0",
      .type = Type::percent},
     cpu_share<&CpuTimes::nice>},
    {{.name = "cpu_idle", .header = "ID", .help = "CPU time without work", .type = Type::percent},
     cpu_share<&CpuTimes::idle>},
    {{.name = "cpu_iowait",
      .header = "WA",
      .help = "CPU time without work but with requests to storage",
      .type = Type::percent},
     cpu_share<&CpuTimes::iowait>},
    {{.name = "cpu_irq", .header = "HI", .help = "CPU time of interrupts", .type = Type::percent},
     cpu_share<&CpuTimes::irq>},
    {{.name = "cpu_softirq",
      .header = "SI",
      .help = "CPU time of deferred interrupts",
      .type = Type::percent},
     cpu_share<&CpuTimes::softirq>},
    {{.name = "cpu_steal", .header = "ST", .help = "CPU time that the host took", .type = Type::percent},
     cpu_share<&CpuTimes::steal>},
    {{.name = "mem_total", .header = "MEM", .help = "memory of the machine", .type = Type::bytes},
     memory_total},
    {{.name = "mem_free", .header = "FREE", .help = "memory that nobody has", .type = Type::bytes},
     memory<&MemoryUse::free>},
    {{.name = "mem_available",
      .header = "AVAILABLE",
      .help = "what programs can still get without swapping",
      .type = Type::bytes},
     memory<&MemoryUse::available>},
    {{.name = "mem_used", .header = "USED", .help = "what is not available", .type = Type::bytes},
     memory<&MemoryUse::used>},
    {{.name = "mem_cache",
      .header = "CACHE",
      .help = "buffers, page cache, slabs that can be reclaimed",
      .type = Type::bytes},
     memory<&MemoryUse::cache>},
    {{.name = "mem_anon", .header = "ANON", .help = "anonymous memory of all programs", .type = Type::bytes},
     memory<&MemoryUse::anon>},
    {{.name = "mem_shmem", .header = "SHMEM", .help = "shared memory and tmpfs", .type = Type::bytes},
     memory<&MemoryUse::shmem>},
    {{.name = "mem_tables", .header = "TABLES", .help = "page tables", .type = Type::bytes},
     memory<&MemoryUse::tables>},
    {{.name = "swap_total", .header = "SWAP", .help = "swap space", .type = Type::bytes},
     memory<&MemoryUse::swap_total>},
    {{.name = "swap_used", .header = "SWAPPED", .help = "swap space in use", .type = Type::bytes},
     memory<&MemoryUse::swap_used>},
});

constexpr auto kPointers = [] {
  std::array<const Column*, kFacts.size()> pointers{};
  for (std::size_t i = 0; i < kFacts.size(); ++i) pointers[i] = &kFacts[i].column;
  return pointers;
}();

}  // namespace

Columns sample_columns() { return kPointers; }

SampleFacts::SampleFacts(const Feed& feed) {
  Seen seen{.feed = feed};
  const auto* before = feed.machine_before();
  const auto& now = feed.machine();
  if (before != nullptr && before->stat && now.stat)
    seen.cpu = time_between(before->stat->cpu, now.stat->cpu);
  if (now.meminfo) seen.memory = memory_use(*now.meminfo);
  for (const auto& fact : kFacts) values_.push_back(fact.get(seen));
}

}  // namespace pageloupe::ptop
