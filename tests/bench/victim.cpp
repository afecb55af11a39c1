// SPDX-License-Identifier: MIT
// A process with much memory, for measuring what looking at it costs it.
//   victim MIB [huge]     touches so many MiB in one mapping, in small pages or in huge ones; says "ready"
// A line on standard input begins a measurement: until the next line it maps and unmaps memory over and over,
// before all other programs where it may (SCHED_FIFO), so that it waits for its lock and not for a CPU; then
// it says how often, and how long the calls took, in microseconds: the 99.9th percentile and the longest.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

void* map(std::size_t size) {
  return ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

// Microseconds of each call, until it is told to stop.
std::vector<float> measure(const std::atomic<bool>& stop) {
  sched_param first{};
  first.sched_priority = 2;
  ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &first);
  std::vector<float> times;
  times.reserve(std::size_t{1} << 22);
  constexpr std::size_t kSize = 64 << 10;
  while (!stop.load(std::memory_order_relaxed)) {
    const auto begin = Clock::now();
    void* const memory = map(kSize);
    ::munmap(memory, kSize);
    times.push_back(std::chrono::duration<float, std::micro>(Clock::now() - begin).count());
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return times;
}

void report(std::vector<float> times) {
  std::sort(times.begin(), times.end());
  const auto at = times.size() - 1 - times.size() / 1000;
  std::printf("%zu %.1f %.1f\n", times.size(), static_cast<double>(times[at]),
              static_cast<double>(times.back()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto size = std::strtoull(argv[1], nullptr, 10) << 20;
  void* const memory = map(size);
  if (memory == MAP_FAILED) return 1;
  ::madvise(memory, size, argc > 2 && std::strcmp(argv[2], "huge") == 0 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < size; i += 4096) static_cast<char*>(memory)[i] = 1;
  std::puts("ready");
  char line[64];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    std::atomic<bool> stop = false;
    std::vector<float> times;
    std::thread meter([&] { times = measure(stop); });
    const bool more = std::fgets(line, sizeof line, stdin) != nullptr;
    stop = true;
    meter.join();
    if (!times.empty()) report(std::move(times));
    if (!more) break;
  }
  return 0;
}
