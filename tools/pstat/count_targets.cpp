// SPDX-License-Identifier: MIT
#include "pstat/count_targets.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf/cpu_clock.h"
#include "proc/stat.h"

namespace pageloupe::pstat {
namespace {

UniqueFd open_pidfd(Pid pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid.value, 0))); }

std::string comm_of(const PidDir& dir) {
  std::string buffer;
  const auto text = dir.read("stat", buffer);
  const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
  return stat ? std::string(stat->comm.view()) : std::string{};
}

}  // namespace

void CountTargets::add_unit(Pid pid, Pid tid, std::string comm, std::span<const Pid> threads,
                            const perf::OpenOptions& options) {
  units_.push_back({.pid = pid,
                    .tid = tid,
                    .comm = std::move(comm),
                    .group = perf::CounterGroup(calls_, machine_, budget_, threads, request_.plan, options)});
  threads_ += threads.size();
}

bool CountTargets::attach(const ProcFs& procfs, std::span<const Pid> pids) {
  std::vector<Pid> everyone;
  for (const auto pid : pids) {
    const auto threads = procfs.pid_by_path(pid).threads();
    if (!threads) continue;
    watched_.push_back({.pid = pid, .fd = open_pidfd(pid)});
    everyone.insert(everyone.end(), threads->begin(), threads->end());
    if (!request_.per_thread) continue;
    for (const auto tid : *threads) {
      add_unit(pid, tid, comm_of(procfs.thread_by_path(pid, tid)), std::span(&tid, 1),
               {.inherit = perf::Inherit::none});
    }
  }
  if (everyone.empty()) return false;
  if (!request_.per_thread) add_unit({}, {}, {}, everyone, {});
  for (auto& unit : units_) read_clocks(unit);
  return true;
}

void CountTargets::attach(const Program& program) {
  watched_.push_back({.pid = program.pid(), .fd = open_pidfd(program.pid())});
  has_clock_ = false;
  const auto pid = program.pid();
  add_unit(pid, pid, {}, std::span(&pid, 1), {.inherit = perf::Inherit::everyone, .on_exec = true});
}

bool CountTargets::wait(std::chrono::milliseconds most) {
  std::vector<pollfd> waiting;
  bool unknown = false;
  for (const auto& one : watched_) {
    if (one.fd) waiting.push_back({.fd = one.fd.get(), .events = POLLIN, .revents = 0});
    unknown = unknown || (!one.fd && ::kill(one.pid.value, 0) == 0);
  }
  static_cast<void>(::poll(waiting.data(), waiting.size(), static_cast<int>(most.count())));
  bool all = !unknown;
  for (const auto& one : waiting) all = all && one.revents != 0;
  return all;
}

// Of what has ended the last time that was read stays.
void CountTargets::read_clocks(CountUnit& unit) {
  if (!has_clock_) return;
  if (request_.per_thread) {
    const auto time = perf::cpu_clock(unit.tid, perf::ClockOf::thread);
    if (time) unit.now.cpu = time;
    return;
  }
  Nanoseconds sum;
  for (auto& one : watched_) {
    if (const auto time = perf::cpu_clock(one.pid, perf::ClockOf::process)) one.cpu = *time;
    sum += one.cpu;
  }
  unit.now.cpu = sum;
}

void CountTargets::read() {
  for (auto& unit : units_) {
    unit.before = unit.now;
    unit.now = unit.group.read();
    unit.now.cpu = unit.before.cpu;
    read_clocks(unit);
    unit.parts_before = std::move(unit.parts_now);
    unit.parts_before.resize(unit.group.parts());
    unit.parts_now.clear();
    for (std::size_t pmu = 0; pmu < unit.group.parts(); ++pmu) unit.parts_now.push_back(unit.group.part(pmu));
  }
}

std::size_t CountTargets::threads_left_out() const {
  std::size_t count = 0;
  for (const auto& unit : units_) count += unit.group.threads_left_out();
  return count;
}

}  // namespace pageloupe::pstat
