// SPDX-License-Identifier: MIT
#include "ptop/top_summary.h"

#include <array>

#include "ptop/clock_text.h"
#include "ptop/memory_use.h"
#include "render/format.h"
#include "sample/cpu_usage.h"

namespace pageloupe::ptop {
namespace {

void append_first_line(Buffer& buffer, const TopSummary& summary) {
  append(buffer, summary.program);
  append(buffer, " - ");
  append_clock(buffer, summary.now.now);
  append(buffer, " up ");
  if (summary.now.uptime) {
    append_uptime(buffer, summary.now.uptime->up);
  } else {
    append(buffer, "?");
  }
  append_format(buffer, ", {:2} {},  load average: ", summary.users, summary.users > 1 ? "users" : "user");
  if (const auto& load = summary.now.load) {
    append_format(buffer, "{:.2f}, {:.2f}, {:.2f}\n", load->one, load->five, load->fifteen);
  } else {
    append(buffer, "?, ?, ?\n");
  }
}

void append_tasks(Buffer& buffer, const TopSummary& summary) {
  const auto& tasks = summary.tasks;
  const auto stopped = tasks.stopped + tasks.traced;
  // top takes all states that it has no word for as sleeping.
  const auto sleeping = tasks.total - tasks.running - stopped - tasks.zombie;
  append_format(buffer, "{}: {:3} total, {:3} running, {:3} sleeping, {:3} stopped, {:3} zombie\n",
                summary.threads ? "Threads" : "Tasks", tasks.total, tasks.running, sleeping, stopped,
                tasks.zombie);
}

struct Share {
  std::string_view name;
  Ticks CpuTimes::* time;
};

constexpr auto kShares = std::to_array<Share>({
    {"us", &CpuTimes::user},
    {"sy", &CpuTimes::system},
    {"ni", &CpuTimes::nice},
    {"id", &CpuTimes::idle},
    {"wa", &CpuTimes::iowait},
    {"hi", &CpuTimes::irq},
    {"si", &CpuTimes::softirq},
    {"st", &CpuTimes::steal},
});

void append_shares(Buffer& buffer, std::optional<CpuTimes> time) {
  // No time passed: it was idle.
  if (time && time->total().value == 0) time->idle = Ticks{1};
  for (const auto& share : kShares) {
    if (share.time != kShares.front().time) append(buffer, ",");
    if (time) {
      append_format(buffer, "{:5.1f} {}", share_of((*time).*share.time, *time), share.name);
    } else {
      append_format(buffer, "{:>5} {}", "?", share.name);
    }
  }
  append(buffer, " \n");
}

void append_cpus(Buffer& buffer, const TopSummary& summary) {
  const auto& before = summary.before.stat;
  const auto& now = summary.now.stat;
  if (!summary.per_cpu || !before || !now) {
    append(buffer, "%Cpu(s):");
    const bool known = before && now;
    return append_shares(buffer, known ? std::optional(time_between(before->cpu, now->cpu)) : std::nullopt);
  }
  for (std::size_t i = 0; i < now->cpus.size(); ++i) {
    append_format(buffer, "%Cpu{:<3}:", now->cpus[i].cpu);
    append_shares(buffer, time_between(*before, *now, i));
  }
}

// Nine columns: a figure and a blank, or its first eight and a plus.
void append_figure(Buffer& buffer, std::optional<Bytes> size, MemoryScale scale) {
  constexpr std::size_t kColumns = 9;
  auto text = !size                       ? std::string("? ")
              : scale == MemoryScale::kib ? format_text("{:.0f} ", scaled(*size, scale))
                                          : format_text("{:.1f} ", scaled(*size, scale));
  if (text.size() > kColumns) {
    text.resize(kColumns);
    text.back() = '+';
  }
  append_format(buffer, " {:>9}", text);
}

void append_memory(Buffer& buffer, const TopSummary& summary) {
  const auto scale = summary.scale == MemoryScale::human ? MemoryScale::mib : summary.scale;
  const auto use = summary.now.meminfo ? memory_use(*summary.now.meminfo) : MemoryUse{};
  const auto figure = [&](std::optional<Bytes> size, std::string_view after) {
    append_figure(buffer, size, scale);
    append(buffer, after);
  };
  append(buffer, info(scale).label);
  append(buffer, " Mem :");
  figure(summary.now.meminfo ? std::optional(use.total) : std::nullopt, "total,");
  figure(use.free, "free,");
  figure(use.used, "used,");
  figure(use.cache, "buff/cache     \n");
  append(buffer, info(scale).label);
  append(buffer, " Swap:");
  figure(use.swap_total, "total,");
  figure(use.swap_free, "free,");
  figure(use.swap_used, "used.");
  figure(use.available, "avail Mem \n");
}

}  // namespace

void append_top_summary(Buffer& buffer, const TopSummary& summary) {
  append_first_line(buffer, summary);
  append_tasks(buffer, summary);
  append_cpus(buffer, summary);
  append_memory(buffer, summary);
}

}  // namespace pageloupe::ptop
