// SPDX-License-Identifier: MIT
#include "record/machine_facts.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace pageloupe {
namespace {

// ---- Both directions take the same way through a sample ---------------------------------------------------

constexpr auto kCpuTimes = std::to_array<Ticks CpuTimes::*>(
    {&CpuTimes::user, &CpuTimes::nice, &CpuTimes::system, &CpuTimes::idle, &CpuTimes::iowait, &CpuTimes::irq,
     &CpuTimes::softirq, &CpuTimes::steal, &CpuTimes::guest, &CpuTimes::guest_nice});

struct PressureFile {
  Resource resource{};
  std::string_view name{};
};
constexpr auto kPressureFiles = std::to_array<PressureFile>({
    {Resource::cpu, "pressure_cpu"},
    {Resource::memory, "pressure_memory"},
    {Resource::io, "pressure_io"},
});
static_assert(kPressureFiles.size() == kResources);

constexpr std::string_view kCpu = "cpu";
constexpr std::string_view kTicks = "_ticks";

constexpr std::string_view suffix(MeminfoKey key) {
  return key == MeminfoKey::huge_pages_total || key == MeminfoKey::huge_pages_free ? "" : "_bytes";
}
constexpr std::string_view suffix(VmstatKey /*key*/) { return ""; }

std::string joined(std::string_view a, std::string_view b) { return std::string(a).append(b); }

// How::part(name, slot, members) is for a file that may be missing; the others are for its members.
template <class How>
void pressure_times(How& how, const std::string& name, auto& times) {
  how.number(name + "_avg10_percent", times.avg10.value);
  how.number(name + "_avg60_percent", times.avg60.value);
  how.number(name + "_avg300_percent", times.avg300.value);
  how.number(name + "_total_ns", times.total.value);
}

template <class How>
void machine_parts(How& how, auto& machine) {
  how.part("stat", machine.stat, [&how](auto& stat) {
    how.cpus(stat);
    how.time("btime_ns", stat.btime);
    how.optional("ctxt", stat.ctxt);
    how.optional("processes", stat.processes);
    how.optional("procs_running", stat.procs_running);
    how.optional("procs_blocked", stat.procs_blocked);
  });
  how.part("meminfo", machine.meminfo, [&how](auto& values) { how.keyed(kMeminfoKeys, values); });
  how.part("overcommit", machine.overcommit, [&how](auto& mode) { how.mode("overcommit_memory", mode); });
  how.part("vmstat", machine.vmstat, [&how](auto& values) { how.keyed(kVmstatKeys, values); });
  for (const auto& file : kPressureFiles) {
    const std::string_view name = file.name;
    how.part(name, machine.pressure[static_cast<std::size_t>(file.resource)], [&how, name](auto& pressure) {
      pressure_times(how, joined(name, "_some"), pressure.some);
      how.optional_times(joined(name, "_full"), pressure.full);
    });
  }
  how.part("loadavg", machine.load, [&how](auto& load) {
    how.number("load_1", load.one);
    how.number("load_5", load.five);
    how.number("load_15", load.fifteen);
    how.number("load_runnable", load.runnable);
    how.number("load_tasks", load.tasks);
    how.number("last_pid", load.last_pid.value);
  });
  how.part("uptime", machine.uptime, [&how](auto& uptime) {
    how.number("uptime_ns", uptime.up.value);
    how.number("idle_ns", uptime.idle.value);
  });
}

template <class How>
void cgroup_parts(How& how, auto& cgroup) {
  how.use("cgroup_memory", "_bytes", cgroup.memory);
  how.use("cgroup_memory_high", "_bytes", cgroup.memory_high);
  how.use("cgroup_swap", "_bytes", cgroup.swap);
  how.use("cgroup_pids", "", cgroup.pids);
  how.optional("cgroup_cpus", cgroup.cpus);
  how.optional("cgroup_cpuset_cpus", cgroup.cpuset);
}

// ---- To facts ---------------------------------------------------------------------------------------------

class Writing {
 public:
  explicit Writing(std::vector<MachineFact>& facts) : facts_(facts) {}
  // Those of the sample before that are not written over.
  void finish() { facts_.resize(used_); }

  template <class Slot, class Members>
  void part(std::string_view name, const Slot& slot, Members members) {
    if (slot) {
      members(*slot);
    } else if (slot.error().code != Errc::not_sampled) {
      add(name, slot.error().code);
    }
  }
  void number(std::string_view name, std::integral auto value) {
    add(name, static_cast<std::uint64_t>(value));
  }
  void number(std::string_view name, double value) { add(name, value); }
  template <class T>
  void optional(std::string_view name, const std::optional<T>& value) {
    if (value) number(name, *value);
  }
  void time(std::string_view name, const std::optional<Timestamp>& time) {
    if (time) number(name, time->value);
  }
  void mode(std::string_view name, Overcommit mode) { number(name, std::to_underlying(mode)); }
  void optional_times(const std::string& name, const std::optional<PressureTimes>& times) {
    if (times) pressure_times(*this, name, *times);
  }
  template <class Key, std::size_t N>
  void keyed(const std::array<KeySpelling<Key>, N>& spellings, const KeyedValues<Key>& values) {
    for (const auto& [key, text] : spellings) optional(joined(text, suffix(key)), values[key]);
  }
  void use(const std::string& name, const std::string& unit, const std::optional<CgroupUse>& use) {
    if (!use) return;
    number(name + "_limit" + unit, use->limit);
    optional(name + "_used" + unit, use->used);
  }
  void cpus(const SystemStat& stat) {
    cpu(joined(kCpu, kTicks), stat.cpu);
    for (const auto& [number, times] : stat.cpus)
      cpu(std::string(kCpu) + std::to_string(number) + "_ticks", times);
  }

 private:
  void cpu(std::string_view name, const CpuTimes& times) {
    std::vector<std::uint64_t> list;
    for (const auto member : kCpuTimes) list.push_back((times.*member).value);
    add(name, std::move(list));
  }
  template <class Value>
  void add(std::string_view name, Value value) {
    if (used_ == facts_.size()) facts_.emplace_back();
    facts_[used_].name.assign(name);
    facts_[used_].value = std::move(value);
    ++used_;
  }

  std::vector<MachineFact>& facts_;
  std::size_t used_ = 0;
};

// ---- From facts -------------------------------------------------------------------------------------------

class Reading {
 public:
  explicit Reading(const std::vector<MachineFact>& facts) : facts_(facts) {
    for (const auto& fact : facts) by_name_.emplace(fact.name, &fact);
  }

  template <class Slot, class Members>
  void part(std::string_view name, Slot& slot, Members members) {
    if (const auto* code = find<Errc>(name)) {
      slot = fail(*code);
      return;
    }
    found_ = false;
    slot = typename Slot::value_type{};
    members(*slot);
    if (!found_) slot = fail(Errc::not_recorded);
  }
  template <std::integral T>
  void number(std::string_view name, T& value) {
    const auto* found = find<std::uint64_t>(name);
    if (found != nullptr && std::in_range<T>(*found)) value = static_cast<T>(*found);
  }
  void number(std::string_view name, double& value) {
    if (const auto* found = find<double>(name)) value = *found;
  }
  template <class T>
  void optional(std::string_view name, std::optional<T>& value) {
    value.reset();
    if (find<std::conditional_t<std::floating_point<T>, double, std::uint64_t>>(name) != nullptr)
      number(name, value.emplace());
  }
  void time(std::string_view name, std::optional<Timestamp>& time) {
    std::optional<std::uint64_t> value;
    optional(name, value);
    time = value ? std::optional(Timestamp{*value}) : std::nullopt;
  }
  void mode(std::string_view name, Overcommit& mode) {
    std::uint64_t value = 0;
    number(name, value);
    if (value <= std::to_underlying(Overcommit::strict)) mode = static_cast<Overcommit>(value);
  }
  void optional_times(const std::string& name, std::optional<PressureTimes>& times) {
    if (find<std::uint64_t>(name + "_total_ns") != nullptr) pressure_times(*this, name, times.emplace());
  }
  template <class Key, std::size_t N>
  void keyed(const std::array<KeySpelling<Key>, N>& spellings, KeyedValues<Key>& values) {
    for (const auto& [key, text] : spellings) {
      std::optional<std::uint64_t> value;
      optional(joined(text, suffix(key)), value);
      if (value) values.set(key, *value);
    }
  }
  void use(const std::string& name, const std::string& unit, std::optional<CgroupUse>& use) {
    use.reset();
    if (find<std::uint64_t>(name + "_limit" + unit) == nullptr) return;
    number(name + "_limit" + unit, use.emplace().limit);
    optional(name + "_used" + unit, use->used);
  }
  void cpus(SystemStat& stat) {
    for (const auto& fact : facts_) {
      std::string_view name = fact.name;
      const auto* list = std::get_if<std::vector<std::uint64_t>>(&fact.value);
      if (list == nullptr || !name.starts_with(kCpu) || !name.ends_with(kTicks)) continue;
      name = name.substr(kCpu.size(), name.size() - kCpu.size() - kTicks.size());
      const auto cpu = to_number<std::uint32_t>(name);
      if (!cpu && !name.empty()) continue;
      auto& times = cpu ? stat.cpus.emplace_back(NumberedCpuTimes{.cpu = *cpu}).times : stat.cpu;
      for (std::size_t i = 0; i < std::min(list->size(), kCpuTimes.size()); ++i)
        (times.*kCpuTimes[i]).value = (*list)[i];
      found_ = true;
    }
  }

 private:
  template <class T>
  const T* find(std::string_view name) {
    const auto fact = by_name_.find(name);
    const auto* value = fact == by_name_.end() ? nullptr : std::get_if<T>(&fact->second->value);
    found_ = found_ || value != nullptr;
    return value;
  }

  const std::vector<MachineFact>& facts_;
  std::unordered_map<std::string_view, const MachineFact*> by_name_;
  bool found_ = false;
};

}  // namespace

void to_facts(const MachineSample& machine, const CgroupLimits& cgroup, std::vector<MachineFact>& facts) {
  Writing writing(facts);
  machine_parts(writing, machine);
  cgroup_parts(writing, cgroup);
  writing.finish();
}

void from_facts(const SampleHead& head, MachineSample& machine, CgroupLimits& cgroup) {
  Reading reading(head.machine);
  machine.at = head.boottime;
  machine.now = head.time;
  machine_parts(reading, machine);
  cgroup_parts(reading, cgroup);
}

}  // namespace pageloupe
