// SPDX-License-Identifier: MIT
// What counters cost: counters PROCESSES THREADS ROUNDS. Processes of so many threads that sleep get a group
// of three software events each thread, by the way that tools go, and by the bare calls of the kernel in
// turn: the floor. Says the medians, a JSON object.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <linux/perf_event.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "sample/process_counters.h"
#include "sample/sampler.h"

namespace pageloupe {
namespace {

using Clock = std::chrono::steady_clock;

// A process of that many threads, which end with their parent.
Pid sleeper(int threads) {
  int ready[2];
  if (::pipe(ready) != 0) std::abort();
  const auto pid = ::fork();
  if (pid != 0) {
    ::close(ready[1]);
    char byte = 0;
    if (::read(ready[0], &byte, 1) != 1) std::abort();
    ::close(ready[0]);
    return {pid};
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 1; i < threads; ++i) std::thread([] { ::pause(); }).detach();
  if (::write(ready[1], "r", 1) != 1) std::abort();
  for (;;) ::pause();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

template <class Work>
double microseconds(Work work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

struct Load {
  std::vector<Process> processes;
  std::vector<Pid> threads;
};

Load make_load(const ProcFs& procfs, int processes, int threads) {
  Load load;
  Sampler sampler(procfs, Source::stat);
  for (int i = 0; i < processes; ++i) {
    Process process;
    const auto pid = sleeper(threads);
    if (!sampler.read(pid, process)) std::abort();
    const auto tids = procfs.pid_by_path(pid).threads();
    if (!tids) std::abort();
    load.threads.insert(load.threads.end(), tids->begin(), tids->end());
    load.processes.push_back(process);
  }
  return load;
}

// The calls alone: open the group, close it; read its leader.
class Bare {
 public:
  explicit Bare(const std::vector<Pid>& threads) {
    for (const auto tid : threads) {
      int leader = -1;
      for (const auto config :
           {PERF_COUNT_SW_TASK_CLOCK, PERF_COUNT_SW_CONTEXT_SWITCHES, PERF_COUNT_SW_CPU_MIGRATIONS}) {
        perf_event_attr attr{};
        attr.size = sizeof attr;
        attr.type = PERF_TYPE_SOFTWARE;
        attr.config = config;
        attr.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_TOTAL_TIME_ENABLED |
                           PERF_FORMAT_TOTAL_TIME_RUNNING;
        attr.inherit = attr.inherit_thread = 1;
        attr.disabled = leader < 0;
        const auto fd = static_cast<int>(
            ::syscall(SYS_perf_event_open, &attr, tid.value, -1, leader, PERF_FLAG_FD_CLOEXEC));
        if (fd < 0) std::abort();
        fds_.push_back(fd);
        if (leader < 0) leaders_.push_back(leader = fd);
      }
      ::ioctl(leader, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
    }
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() {
    for (const int fd : fds_) ::close(fd);
  }
  void read() const {
    std::uint64_t words[16];
    for (const int fd : leaders_) {
      if (::read(fd, words, sizeof words) < 0) std::abort();
    }
  }

 private:
  std::vector<int> fds_;
  std::vector<int> leaders_;
};

int run(int processes, int threads, int rounds) {
  const auto procfs = *ProcFs::open();
  auto load = make_load(procfs, processes, threads);
  perf::Plan plan;
  plan.add(perf::Group::clock);
  const auto budget = perf::raise_descriptor_limit();
  const auto access =
      std::make_shared<CounterAccess>(std::make_shared<perf::SystemCalls>(), perf::Machine{}, budget);
  std::vector<double> attach, refresh, bare_attach, bare_read;
  for (int round = 0; round < rounds; ++round) {
    std::vector<TaskCounters> counters;
    for (std::size_t i = 0; i < load.processes.size(); ++i) counters.emplace_back(access);
    const auto sample = [&] {
      for (std::size_t i = 0; i < counters.size(); ++i) counters[i].sample(procfs, load.processes[i], plan);
    };
    attach.push_back(microseconds(sample));
    for (int i = 0; i < 10; ++i) refresh.push_back(microseconds(sample));
    counters.clear();
    std::optional<Bare> bare;
    bare_attach.push_back(microseconds([&] { bare.emplace(load.threads); }));
    for (int i = 0; i < 10; ++i) bare_read.push_back(microseconds([&] { bare->read(); }));
  }
  const auto all = static_cast<double>(load.threads.size());
  const auto left_out = budget - access->descriptors_left();
  std::printf(
      "{\"processes\": %d, \"threads\": %zu, \"attach_ms\": %.2f, \"attach_floor_ms\": %.2f, "
      "\"refresh_us_per_thread\": %.2f, \"read_floor_us_per_thread\": %.2f, \"descriptors_left_open\": "
      "%zu}\n",
      processes, load.threads.size(), median(attach) / 1e3, median(bare_attach) / 1e3, median(refresh) / all,
      median(bare_read) / all, left_out);
  return 0;
}

}  // namespace
}  // namespace pageloupe

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  return pageloupe::run(std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3]));
}
