// SPDX-License-Identifier: MIT
#include "ptop/detail_task.h"

#include <ctime>

#include "ptop/detail_read.h"

namespace pageloupe::ptop {
namespace {

using Part = DetailReading::Part;

template <class T>
Slot<Part> as_part(Slot<T> read) {
  if (!read) return std::unexpected(read.error());
  return Part(std::move(*read));
}

// The directory of the process that was shown, held open: from here on all files are that process's.
Slot<PidDir> open_shown(const ProcFs& procfs, ProcessId id) {
  auto dir = procfs.pid(id.pid);
  if (!dir) return std::unexpected(dir.error().code);
  std::string buffer;
  const auto text = dir->read("stat", buffer);
  if (!text) return std::unexpected(text.error().code);
  const auto stat = parse_stat(*text);
  if (!stat) return std::unexpected(stat.error().code);
  if (stat->starttime != id.start) return std::unexpected(Errc::gone);
  return std::move(*dir);
}

Slot<Part> read_part(const DetailRequest& request) {
  const auto procfs = ProcFs::open(request.proc_root);
  if (!procfs) return std::unexpected(procfs.error().code);
  const auto dir = open_shown(*procfs, request.id);
  if (!dir) return std::unexpected(dir.error());
  switch (request.tab) {
    case DetailTab::map: return as_part(read_map(*procfs, *dir));
    case DetailTab::memory: return as_part(read_memory(*procfs, *dir, request.system));
    case DetailTab::threads: return as_part(read_threads(*dir));
    case DetailTab::group: return as_part(read_group(*procfs, *dir, request.system, request.cgroup_root));
    case DetailTab::environment:
    case DetailTab::count_: return as_part(read_environment(*procfs, *dir));
  }
  std::unreachable();
}

}  // namespace

void DetailTask::work() {
  const auto begin = request_.clock();
  reading_.part = read_part(request_);
  reading_.read_at = request_.clock();
  reading_.cost = reading_.read_at - begin;
}

Instant time_since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return {static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec)};
}

}  // namespace pageloupe::ptop
