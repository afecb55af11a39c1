// SPDX-License-Identifier: MIT
#include "sample/system_facts.h"

#include <algorithm>
#include <unistd.h>

#include "base/text.h"
#include "proc/meminfo.h"
#include "proc/system_stat.h"
#include "proc/uptime.h"

namespace pageloupe {

SystemFacts read_system_facts(const ProcFs& procfs, Timestamp now) {
  SystemFacts facts{.now = now};
  facts.page_size = {static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
  facts.ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  std::string buffer;
  if (const auto text = procfs.read("stat", buffer)) {
    if (const auto stat = parse_system_stat(*text)) {
      facts.cpus = std::max<std::size_t>(stat->online_cpus(), 1);
      facts.boot = stat->btime.value_or(Timestamp{});
    }
  }
  if (const auto text = procfs.read("uptime", buffer)) {
    if (const auto uptime = parse_uptime(*text)) facts.uptime = uptime->up;
  }
  if (const auto text = procfs.read("meminfo", buffer)) {
    if (const auto meminfo = parse_meminfo(*text)) {
      facts.mem_total = meminfo->bytes(MeminfoKey::mem_total).value_or(Bytes{});
    }
  }
  return facts;
}

int pid_digits(const ProcFs& procfs) {
  constexpr int kFewest = 5;
  std::string buffer;
  const auto text = procfs.read("sys/kernel/pid_max", buffer);
  const auto most = text ? to_number<std::int64_t>(trim(*text)) : std::nullopt;
  return most && *most > 0 ? std::max(static_cast<int>(std::to_string(*most - 1).size()), kFewest) : kFewest;
}

}  // namespace pageloupe
