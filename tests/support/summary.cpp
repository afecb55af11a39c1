// SPDX-License-Identifier: MIT
// summary BEFORE NOW [UNIT]: the summary of top for what happened between two captured /proc, on stdout.
#include <span>
#include <unistd.h>

#include "ptop/top_summary.h"

namespace {

using namespace pageloupe;
using namespace pageloupe::ptop;

bool read_machine(const char* root, MachineSample& sample) {
  const auto procfs = ProcFs::open(root);
  if (!procfs) return false;
  MachineReader(*procfs).read(kMachineSources, Instant{}, Timestamp{}, sample);
  return true;
}

bool read_tasks(const char* root, TaskList& tasks) {
  const auto procfs = ProcFs::open(root);
  const auto pids = procfs ? procfs->pids() : fail(Errc::gone);
  if (!pids) return false;
  std::string buffer;
  tasks.begin_pass(Instant{});
  for (const auto pid : *pids) {
    const auto text = procfs->pid_by_path(pid).read("stat", buffer);
    const auto stat = text ? parse_stat(*text) : fail(Errc::gone);
    if (stat) tasks.observe({.tgid = pid, .pid = pid, .stat = *stat});
  }
  tasks.end_pass();
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 3) return 2;
  MachineSample before;
  MachineSample now;
  TaskList tasks;
  if (!read_machine(arguments[1], before) || !read_machine(arguments[2], now) ||
      !read_tasks(arguments[2], tasks))
    return 1;
  TaskCounts counts;
  count_tasks(tasks.tasks(), counts);
  const auto scale = arguments.size() > 3 ? scale_of(*arguments[3]) : MemoryScale::mib;
  if (!scale) return 2;
  Output output(STDOUT_FILENO);
  append_top_summary(output.buffer(), {.before = before, .now = now, .tasks = counts, .scale = *scale});
  output.flush();
  return output.error() == 0 ? 0 : 1;
}
