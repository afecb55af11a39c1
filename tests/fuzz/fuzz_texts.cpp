// SPDX-License-Identifier: MIT
// The texts that are read whole: each parser is given every input.
#include "base/text.h"
#include "fuzz/fuzz_target.h"
#include "perf/samples.h"
#include "proc/cgroup.h"
#include "proc/cgroup_limits.h"
#include "proc/cmdline.h"
#include "proc/fdinfo.h"
#include "proc/io.h"
#include "proc/ksm_stat.h"
#include "proc/limits.h"
#include "proc/loadavg.h"
#include "proc/locks.h"
#include "proc/meminfo.h"
#include "proc/net_tcp.h"
#include "proc/numa_maps.h"
#include "proc/psi.h"
#include "proc/smaps_rollup.h"
#include "proc/sock_diag.h"
#include "proc/stat.h"
#include "proc/statm.h"
#include "proc/status.h"
#include "proc/syscall.h"
#include "proc/system_stat.h"
#include "proc/sysvipc.h"
#include "proc/uptime.h"
#include "proc/vmstat.h"
#include "sample/machine.h"
#include "sample/thp_policy.h"

namespace {

using namespace pageloupe;

// An error says where; a value's views are within the text.
template <class T>
void check(const Result<T>& result) {
  must(result.has_value() || result.error().code != Errc::io);
}

void check_numa_lines(std::string_view text) {
  NumaMapping mapping;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (!parse_numa_line(line, mapping)) continue;
    must(!mapping.policy.empty() && mapping.policy.size() <= line.size());
    must(mapping.nodes.size() <= line.size());
    for (std::size_t i = 1; i < mapping.nodes.size(); ++i)
      must(mapping.nodes[i - 1].node < mapping.nodes[i].node);
  }
}

bool within(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

void check_process_files(std::string_view text) {
  const auto stat = parse_stat(text);
  check(stat);
  if (stat) must(stat->comm.view().size() <= text.size());
  const auto status = parse_status(text);
  check(status);
  if (status) must(within(status->name, text) && within(status->ns_pid, text));
  check(parse_statm(text));
  check(parse_limits(text));
  check(parse_smaps_rollup(text));
  check(parse_stack_pointer(text));
  check(parse_fdinfo(text));
  check(parse_net_tcp(text));
  check(parse_locks(text));
  std::vector<UnixSocket> sockets;
  (void)parse_unix_diag(std::as_bytes(std::span(text.data(), text.size())), sockets);
  must(sockets.size() <= text.size() / 16);
  check_numa_lines(text);
  check(parse_sysvipc_shm(text));
  check(parse_sysvipc_sem(text));
  check(parse_sysvipc_msg(text));
  check(parse_io(text));
  check(parse_ksm_stat(text));
  must(join_arguments(text).size() <= text.size());
}

void check_cgroup_files(std::string_view text) {
  const auto paths = parse_cgroup(text);
  check(paths);
  if (paths) must(paths->path.size() <= text.size());
  for (const auto part : {container_id(text), systemd_unit(text), systemd_slice(text)})
    must(within(part, text));
  check(parse_cgroup_limit(text));
  check(parse_cgroup_count(text));
  check(parse_cpu_max(text));
  check(count_cpu_list(text));
  check(parse_cfs_quota(text, "100000"));
  check(parse_cfs_quota("100000", text));
}

void check_machine_files(std::string_view text) {
  check(parse_meminfo(text));
  check(parse_vmstat(text));
  check(parse_pressure(text));
  check(parse_uptime(text));
  check(parse_loadavg(text));
  check(parse_overcommit(text));
  const auto stat = parse_system_stat(text);
  check(stat);
  if (stat) must(stat->cpus.size() <= text.size());
  (void)parse_thp_mode(text);
  must(perf::parse_cpu_list(text).size() <= 1U << 16U);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  check_process_files(text);
  check_cgroup_files(text);
  check_machine_files(text);
  return 0;
}
