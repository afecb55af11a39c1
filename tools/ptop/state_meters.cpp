// SPDX-License-Identifier: MIT
#include "ptop/state_meters.h"

#include <algorithm>
#include <array>

#include "ptop/clock_text.h"

namespace pageloupe::ptop {
namespace {

// ---- Load and tasks ----

void add_clock_item(MeterPen& pen, Line& line) {
  append_clock(pen.scratch(), pen.now().now);
  line.add(Paint::strong, pen.last());
  line.add(Paint::label, " up ");
  if (!pen.now().uptime) return line.add(Paint::dim, "?");
  append_uptime(pen.scratch(), pen.now().uptime->up);
  const auto text = pen.last();
  line.add(Paint::plain, text.substr(std::min(text.find_first_not_of(' '), text.size())));
}

struct State {
  std::string_view name;
  std::size_t TaskCounts::* count;
  Paint paint;
  bool always;  // else only where there are some
};

constexpr auto kStates = std::to_array<State>({
    {"running", &TaskCounts::running, Paint::busy, true},
    {"sleeping", &TaskCounts::sleeping, Paint::plain, true},
    {"in D", &TaskCounts::uninterruptible, Paint::warning, false},
    {"stopped", &TaskCounts::stopped, Paint::warning, false},
    {"traced", &TaskCounts::traced, Paint::warning, false},
    {"zombie", &TaskCounts::zombie, Paint::error, false},
    {"idle", &TaskCounts::idle, Paint::plain, false},
    {"other", &TaskCounts::other, Paint::plain, false},
});

void add_number(MeterPen& pen, Line& line, Paint paint, std::size_t number, std::string_view name) {
  pen.format(line, paint, "{}", number);
  line.add(Paint::plain, " ");
  line.add(Paint::label, name);
}

void add_tasks(MeterPen& pen, Flow& flow) {
  const auto& tasks = *pen.data().tasks;
  flow.item([&](Line& line) {
    line.add(Paint::label, "Tasks ");
    pen.format(line, Paint::strong, "{}", tasks.total);
  });
  for (const auto& state : kStates) {
    const auto count = tasks.*state.count;
    if (!state.always && count == 0) continue;
    const auto paint = count == 0 ? Paint::dim : state.paint;
    flow.item([&](Line& line) { add_number(pen, line, paint, count, state.name); });
  }
  flow.item([&](Line& line) { add_number(pen, line, Paint::plain, tasks.threads, "threads"); });
  flow.item([&](Line& line) { add_number(pen, line, Paint::plain, tasks.kernel_threads, "kernel"); });
}

// ---- Pressure and faults ----

struct Pressed {
  Resource resource;
  std::string_view name;
};

constexpr auto kPressed = std::to_array<Pressed>({
    {Resource::cpu, "cpu"},
    {Resource::memory, "mem"},
    {Resource::io, "io"},
});

// Waiting is shown from a tenth of the time on.
void add_share(MeterPen& pen, Line& line, Percent share, Paint high) {
  pen.format(line,
             share.value == 0    ? Paint::dim
             : share.value >= 10 ? high
                                 : Paint::plain,
             "{:.1f}", share.value);
}

void add_pressure_of(MeterPen& pen, Line& line, const Pressed& pressed) {
  const auto& pressure = pen.now().pressure_of(pressed.resource);
  line.add(Paint::label, pressed.name);
  line.add(Paint::plain, " ");
  if (!pressure) return line.add(Paint::dim, reason(pressure.error().code));
  add_share(pen, line, pressure->some.avg10, Paint::warning);
  // Of the whole machine's CPU there is always a task that runs: the kernel says 0, and older ones nothing.
  if (!pressure->full || pressed.resource == Resource::cpu) return;
  line.add(Paint::dim, "/");
  add_share(pen, line, pressure->full->avg10, Paint::error);
}

Result<Rate> rate_of(const MeterPen& pen, VmstatKey key) {
  if (pen.data().before == nullptr) return fail(Errc::no_previous);
  return rate_between(*pen.data().before, pen.now(), key);
}

void add_rate(MeterPen& pen, Line& line, std::string_view name, const Result<Rate>& rate) {
  line.add(Paint::label, name);
  line.add(Paint::plain, " ");
  if (!rate) return line.add(Paint::dim, "-");
  pen.count(line, rate->value == 0 ? Paint::dim : Paint::plain, rate->value);
  line.add(Paint::dim, "/s");
}

void add_swap_rate(MeterPen& pen, Flow& flow, std::string_view name, VmstatKey key) {
  const auto rate = rate_of(pen, key);
  if (!rate || rate->value == 0) return;
  flow.item([&](Line& line) {
    line.add(Paint::label, name);
    line.add(Paint::plain, " ");
    const auto bytes = rate->value * static_cast<double>(pen.data().page_size.value);
    pen.size(line, Paint::warning, Bytes{static_cast<std::uint64_t>(bytes)});
    line.add(Paint::dim, "/s");
  });
}

// Since boot; one that is new stands out.
void add_oom_kills(MeterPen& pen, Flow& flow) {
  const auto& vmstat = pen.now().vmstat;
  const auto kills = vmstat ? (*vmstat)[VmstatKey::oom_kill] : std::nullopt;
  if (kills.value_or(0) == 0) return;
  const auto rate = rate_of(pen, VmstatKey::oom_kill);
  const bool fresh = rate && rate->value > 0;
  flow.item(
      [&](Line& line) { add_number(pen, line, fresh ? Paint::error : Paint::warning, *kills, "OOM kills"); });
}

// ---- Limits ----

// "memory 1.2G/2.0G"
void add_use(MeterPen& pen, Line& line, const CgroupUse& use, bool in_bytes) {
  const bool near = use.used && static_cast<double>(*use.used) >= 0.9 * static_cast<double>(use.limit);
  const auto paint = near ? Paint::warning : Paint::strong;
  const auto number = [&](Paint as, std::uint64_t value) {
    if (in_bytes) {
      pen.size(line, as, Bytes{value});
    } else {
      pen.format(line, as, "{}", value);
    }
  };
  if (use.used) {
    number(paint, *use.used);
  } else {
    line.add(Paint::dim, "?");
  }
  line.add(Paint::dim, "/");
  number(Paint::plain, use.limit);
}

struct Limit {
  std::string_view name;
  std::optional<CgroupUse> CgroupLimits::* use;
  bool in_bytes;
};

constexpr auto kLimits = std::to_array<Limit>({
    {"memory", &CgroupLimits::memory, true},
    {"high", &CgroupLimits::memory_high, true},
    {"swap", &CgroupLimits::swap, true},
    {"threads", &CgroupLimits::pids, false},
});

// A limit that is no tighter than the machine says nothing.
bool is_tight(const MeterPen& pen, const Limit& limit) {
  const auto& use = (*pen.data().cgroup).*limit.use;
  if (!use) return false;
  const bool of_memory = limit.use == &CgroupLimits::memory || limit.use == &CgroupLimits::memory_high;
  const auto& meminfo = pen.now().meminfo;
  if (!of_memory || !meminfo) return true;
  return use->limit < meminfo->bytes(MeminfoKey::mem_total).value_or(Bytes{use->limit + 1}).value;
}

void add_cgroup_cpus(MeterPen& pen, Flow& flow) {
  const auto& cgroup = *pen.data().cgroup;
  const auto& stat = pen.now().stat;
  const auto online = stat ? std::optional(stat->online_cpus()) : std::nullopt;
  if (cgroup.cpus && (!online || *cgroup.cpus < static_cast<double>(*online))) {
    flow.item([&](Line& line) {
      line.add(Paint::label, "CPU time of ");
      pen.format(line, Paint::strong, "{:.4g}", *cgroup.cpus);
      if (online) pen.format(line, Paint::plain, "/{}", *online);
    });
  }
  if (cgroup.cpuset && online && *cgroup.cpuset < *online) {
    flow.item([&](Line& line) {
      line.add(Paint::label, "on CPUs ");
      pen.format(line, Paint::strong, "{}", *cgroup.cpuset);
      pen.format(line, Paint::plain, "/{}", *online);
    });
  }
}

}  // namespace

void add_load_and_tasks(MeterPen& pen, std::size_t rows) {
  Flow flow(pen, rows);
  if (pen.layout().load) {
    flow.item([&](Line& line) { add_clock_item(pen, line); });
    flow.item([&](Line& line) { add_load_item(pen, line); });
  }
  if (pen.layout().cpu != MeterStyle::off && pen.data().tasks != nullptr) add_tasks(pen, flow);
}

void add_pressure(MeterPen& pen, std::size_t rows) {
  if (!pen.layout().pressure) return;
  Flow flow(pen, rows);
  for (const auto& pressed : kPressed) {
    flow.item([&](Line& line) {
      if (pressed.resource == Resource::cpu) line.add(Paint::label, "PSI ");
      add_pressure_of(pen, line, pressed);
    });
  }
  flow.item([&](Line& line) { add_rate(pen, line, "faults", rate_of(pen, VmstatKey::pgfault)); });
  flow.item([&](Line& line) { add_rate(pen, line, "major", rate_of(pen, VmstatKey::pgmajfault)); });
  add_swap_rate(pen, flow, "swap-in", VmstatKey::pswpin);
  add_swap_rate(pen, flow, "swap-out", VmstatKey::pswpout);
  add_oom_kills(pen, flow);
}

void add_cgroup(MeterPen& pen, std::size_t rows) {
  if (pen.data().cgroup == nullptr) return;
  const auto& cgroup = *pen.data().cgroup;
  Flow flow(pen, rows);
  bool first = true;
  for (const auto& limit : kLimits) {
    if (!is_tight(pen, limit)) continue;
    flow.item([&](Line& line) {
      if (first) line.add(Paint::label, "cgroup ");
      line.add(Paint::label, limit.name);
      line.add(Paint::plain, " ");
      add_use(pen, line, *(cgroup.*limit.use), limit.in_bytes);
    });
    first = false;
  }
  add_cgroup_cpus(pen, flow);
}

void add_zombies(MeterPen& pen, std::size_t rows) {
  const auto* tasks = pen.data().tasks;
  if (tasks == nullptr || pen.layout().cpu == MeterStyle::off) return;
  const TextStyle style{.utf8 = pen.layout().utf8};
  Flow flow(pen, rows);
  for (const auto& parent : tasks->careless) {
    const bool first = &parent == &tasks->careless.front();
    flow.item([&](Line& line) {
      if (first) line.add(Paint::error, "Zombies of ");
      if (!parent.comm.view().empty()) {
        line.add_text(Paint::strong, parent.comm.view(), style);
        line.add(Paint::plain, " ");
      }
      pen.format(line, Paint::plain, "{}: {}", parent.pid.value, parent.zombies);
    });
  }
}

void add_load_item(MeterPen& pen, Line& line) {
  line.add(Paint::label, "load ");
  const auto& load = pen.now().load;
  if (!load) return line.add(Paint::dim, "?");
  pen.format(line, Paint::strong, "{:.2f}", load->one);
  pen.format(line, Paint::plain, " {:.2f} {:.2f}", load->five, load->fifteen);
}

void add_tasks_item(MeterPen& pen, Line& line) {
  const auto& tasks = *pen.data().tasks;
  add_number(pen, line, Paint::strong, tasks.total, "tasks");
  if (tasks.zombie == 0) return;
  line.add(Paint::plain, " ");
  add_number(pen, line, Paint::error, tasks.zombie, "zombie");
}

}  // namespace pageloupe::ptop
