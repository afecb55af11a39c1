// SPDX-License-Identifier: MIT
// The same code on events that need no PMU, whose numbers are known.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "perf/counter_group.h"
#include "perf/cpu_clock.h"
#include "perf/fault_sampler.h"
#include "support/catch.h"
#include "support/family.h"

namespace pageloupe::perf {
namespace {

constexpr std::size_t kPages = 1000;

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

// Without the sanitizer's looks at its shadow, which are page faults too.
__attribute__((no_sanitize("address"))) void touch(char* memory, std::size_t pages) {
  const auto size = page_size();
  for (std::size_t i = 0; i < pages; ++i) static_cast<volatile char*>(memory)[i * size] = 1;
}

Pid this_thread() { return Pid{::gettid()}; }

class OnThisThread {
 public:
  explicit OnThisThread(Inherit inherit) {
    Plan plan;
    plan.add(Group::faults);
    const auto thread = this_thread();
    group_.emplace(calls_, machine_, budget_, std::span(&thread, 1), plan, OpenOptions{.inherit = inherit});
    // Whatever reading faults in for the first time, it does now.
    for (int i = 0; i < 3; ++i) before_ = group_->read();
  }

  // Whether this kernel lets us count at all; where not, says so.
  [[nodiscard]] bool can_count() const {
    const auto& value = before_[Group::faults].values[0];
    if (!value)
      std::fprintf(stderr, "skipped: page faults are not counted here: %s\n", name(value.error()).data());
    return value.has_value();
  }
  Cell<std::uint64_t> minor_faults() {
    const auto now = group_->read();
    const auto number = counted({now, before_}, Group::faults, Event::minor_faults);
    before_ = now;
    return number;
  }

 private:
  SystemCalls calls_{};
  Machine machine_{};
  Budget budget_{100};
  std::optional<CounterGroup> group_{};
  Counts before_{};
};

TEST_CASE("1,000 pages that are touched are 1,000 page faults", "[perf]") {
  OnThisThread counters(Inherit::none);
  if (!counters.can_count()) return;
  char* const memory = map_memory(kPages * page_size(), MAP_PRIVATE);
  static_cast<void>(counters.minor_faults());
  // What a check allocates may fault, too: none of them between the readings.
  touch(memory, kPages);
  const auto first = counters.minor_faults();
  touch(memory, kPages);
  const auto second = counters.minor_faults();
  CHECK(first.value_or(0) == kPages);
  CHECK(second.value_or(kPages) == 0);
  ::munmap(memory, kPages * page_size());
}

TEST_CASE("threads that begin later are counted, processes that are forked are not", "[perf]") {
  OnThisThread counters(Inherit::threads);
  if (!counters.can_count()) return;
  char* const memory = map_memory(4 * kPages * page_size(), MAP_PRIVATE);
  static_cast<void>(counters.minor_faults());
  const auto child = ::fork();
  if (child == 0) {
    touch(memory, 4 * kPages);
    ::_exit(0);
  }
  REQUIRE(child > 0);
  ::waitpid(child, nullptr, 0);
  for (std::size_t i = 0; i < 3; ++i)
    std::thread([&] { touch(memory + i * kPages * page_size(), kPages); }).join();
  const auto faults = counters.minor_faults();
  REQUIRE(faults);
  CHECK(*faults >= 3 * kPages);
  // The stacks of three threads, and what fork made read-only; the child's 4,000 are not in it.
  CHECK(*faults < 3 * kPages + 700);
  ::munmap(memory, 4 * kPages * page_size());
}

TEST_CASE("every page that is touched is a sample with its address", "[perf]") {
  SystemCalls calls;
  Budget budget(1000);
  const auto thread = this_thread();
  std::vector<int> cpus;
  for (int cpu = 0; cpu < static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF)); ++cpu) cpus.push_back(cpu);
  auto sampler = FaultSampler::open(calls, budget, std::span(&thread, 1), cpus);
  if (!sampler) {
    std::fprintf(stderr, "skipped: page faults cannot be watched: %s\n", name(sampler.error().code).data());
    return;
  }
  char* const memory = map_memory(kPages * page_size(), MAP_PRIVATE);
  touch(memory, kPages);
  sampler->stop();
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  std::vector<int> seen(kPages);
  for (const auto& fault : sampler->take()) {
    if (fault.address.value < begin || fault.address.value >= begin + kPages * page_size()) continue;
    CHECK(fault.kind == FaultKind::minor);
    CHECK(fault.tid == thread);
    ++seen[(fault.address.value - begin) / page_size()];
  }
  CHECK(std::ranges::count(seen, 1) == static_cast<std::ptrdiff_t>(kPages));
  CHECK(sampler->lost() == 0);
  CHECK(sampler->counted(FaultKind::minor) >= kPages);
  ::munmap(memory, kPages * page_size());
}

TEST_CASE("samples for which the ring has no room are counted as lost", "[perf]") {
  SystemCalls calls;
  Budget budget(1000);
  const auto thread = this_thread();
  std::vector<int> cpus;
  for (int cpu = 0; cpu < static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF)); ++cpu) cpus.push_back(cpu);
  auto sampler = FaultSampler::open(calls, budget, std::span(&thread, 1), cpus);
  if (!sampler) return;
  // A ring of 512 KiB holds 16,384 samples of 32 bytes.
  constexpr std::size_t kMany = 20'000;
  const auto rings = cpus.size();
  char* const memory = map_memory(rings * kMany * page_size(), MAP_PRIVATE);
  touch(memory, rings * kMany);
  sampler->stop();
  const auto taken = sampler->take().size();
  CHECK(taken < rings * kMany);
  CHECK(sampler->counted(FaultKind::minor) >= rings * kMany);
  ::munmap(memory, rings * kMany * page_size());
}

TEST_CASE("the CPU clock of a process goes on with it, and is not there of nobody", "[perf]") {
  const auto before = cpu_clock(Pid{::getpid()}, ClockOf::process);
  REQUIRE(before);
  volatile std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < 3'000'000; ++i) sum = sum + i;
  CHECK(*cpu_clock(Pid{::getpid()}, ClockOf::process) > *before);
  CHECK(cpu_clock(this_thread(), ClockOf::thread).has_value());
  const auto child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(cpu_clock(Pid{child}, ClockOf::process).has_value());
}

}  // namespace
}  // namespace pageloupe::perf
