// SPDX-License-Identifier: MIT
// The first and only process of an emulated machine with a PMU: counts what it does itself, says what it
// found, and switches the machine off. Run by scripts/pmu-test.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "perf/counter_group.h"
#include "perf/cpu_clock.h"

namespace pageloupe::perf {
namespace {

int failures = 0;  // NOLINT: the whole program

void check(bool good, const char* what) {
  std::printf("%s %s\n", good ? "ok    " : "FAILED", what);
  if (!good) ++failures;
}

// So many instructions, whatever a compiler makes of the rest: two a round.
__attribute__((noinline)) void work(std::uint64_t rounds) {
#if defined(__aarch64__)
  asm volatile("1: subs %0, %0, #1\n b.ne 1b" : "+r"(rounds) : : "cc");
#else
  while (rounds-- != 0) asm volatile("");
#endif
}

class Counters {
 public:
  Counters(const Machine& machine, const Plan& plan, std::span<const Pid> threads)
      : group_(calls_, machine, budget_, threads, plan) {}
  [[nodiscard]] Counts read() { return group_.read(); }

 private:
  SystemCalls calls_{};
  Budget budget_{1000};
  CounterGroup group_;
};

Plan plan_of(Group group) {
  Plan plan;
  plan.add(group);
  return plan;
}

// More groups than the PMU has counters: each gets its turn, and what is scaled agrees.
void multiplex(const Machine& machine) {
  constexpr std::size_t kGroupsOfOne = 10;
  constexpr std::uint64_t kRounds = 500'000'000;
  const Pid self{::gettid()};
  Plan plan;
  plan.add(Event::instructions);
  std::vector<std::unique_ptr<Counters>> counters;
  for (std::size_t i = 0; i < kGroupsOfOne; ++i)
    counters.push_back(std::make_unique<Counters>(machine, plan, std::span(&self, 1)));
  std::vector<Counts> before;
  for (const auto& one : counters) before.push_back(one->read());
  work(kRounds);
  std::vector<double> numbers;
  std::vector<double> shares;
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto now = counters[i]->read();
    const Interval interval{now, before[i]};
    const auto number = counted(interval, Group::loads, Event::instructions);
    const auto share = running_share(interval, Group::loads);
    if (!number || !share) {
      std::printf("       counter %zu: %s\n", i, number ? "no share" : name(number.error()).data());
      continue;
    }
    numbers.push_back(static_cast<double>(*number));
    shares.push_back(share->value);
  }
  check(numbers.size() == kGroupsOfOne, "ten groups of instructions are counted");
  if (numbers.empty()) return;
  const auto [least, most] = std::ranges::minmax(numbers);
  const auto [low, high] = std::ranges::minmax(shares);
  const double expected = 2.0 * kRounds;
  std::printf(
      "       on the PMU %.1f to %.1f %% of the time; %.0f to %.0f instructions, %.3f %% apart, %.3f %% "
      "above the loop's own\n",
      low, high, least, most, 100 * (most - least) / most, 100 * (least - expected) / expected);
  check(low < 99, "they share the counters");
  check((most - least) / most < 0.01, "scaled numbers agree within 1 %");
  check(least > 0.99 * expected && most < 1.05 * expected, "they are the instructions of the loop");
}

void ratios(const Machine& machine) {
  const Pid self{::gettid()};
  Counters counters(machine, plan_of(Group::cycles), std::span(&self, 1));
  const auto before = counters.read();
  work(100'000'000);
  const auto now = counters.read();
  const auto ipc = ratio({now, before}, Group::cycles, Event::instructions, Event::cycles);
  std::printf("       instructions per cycle %.3f (%s)\n", ipc.value_or(0),
              ipc ? "counted" : name(ipc.error()).data());
  check(ipc && *ipc > 0.2 && *ipc < 5, "cycles and instructions of one group");
}

// An emulated PMU has no TLB events: none of them may look like a count.
void tlb_events(const Machine& machine) {
  const Pid self{::gettid()};
  for (const auto group : {Group::loads, Group::stores, Group::walks}) {
    Counters counters(machine, plan_of(group), std::span(&self, 1));
    const auto before = counters.read();
    work(300'000'000);
    const auto now = counters.read();
    for (std::size_t i = 0; i < info(group).size; ++i) {
      const auto event = info(group).events[i];
      const auto number = counted({now, before}, group, event);
      std::printf("       %-24s %s\n", info(event).name.data(),
                  number ? std::to_string(*number).c_str() : name(number.error()).data());
      const bool of_tlb = event != Event::instructions && event != Event::cycles;
      if (of_tlb) check(!number || *number > 0, "no event of the TLB is a 0 that was never counted");
    }
  }
}

void threads(const Machine& machine) {
  const Pid self{::getpid()};
  auto plan = plan_of(Group::cycles);
  plan.add(Group::clock);
  Counters counters(machine, plan, std::span(&self, 1));
  auto before = counters.read();
  before.cpu = cpu_clock(self, ClockOf::process);
  constexpr std::uint64_t kRounds = 100'000'000;
  for (int i = 0; i < 3; ++i) std::thread([] { work(kRounds); }).join();
  auto now = counters.read();
  now.cpu = cpu_clock(self, ClockOf::process);
  const auto number = counted({now, before}, Group::cycles, Event::instructions);
  const auto share = coverage({now, before}, Group::cycles);
  std::printf("       threads begun later: %.3f of their instructions, coverage %.1f %%\n",
              static_cast<double>(number.value_or(0)) / (3 * 2.0 * kRounds), share ? share->value : 0.0);
  check(number && *number > 2.99 * 2 * kRounds, "threads that begin later are counted");
  check(share && share->value > kPartial, "coverage is whole");
}

int run() {
  ::mount("proc", "/proc", "proc", 0, nullptr);
  ::mount("sysfs", "/sys", "sysfs", 0, nullptr);
  Machine machine;
  machine.core_pmus = core_pmus("/sys/bus/event_source/devices");
  machine.cpu.vendor = Vendor::arm;
  for (const auto& pmu : machine.core_pmus) std::printf("PMU    %s, type %u\n", pmu.name.c_str(), pmu.type);
  check(!machine.core_pmus.empty(), "the machine has a PMU");
  multiplex(machine);
  ratios(machine);
  tlb_events(machine);
  threads(machine);
  std::printf("END %d failures\n", failures);
  return failures;
}

}  // namespace
}  // namespace pageloupe::perf

int main() {
  const int failures = pageloupe::perf::run();
  std::fflush(stdout);
  ::sync();
  if (::getpid() == 1) ::reboot(RB_POWER_OFF);
  return failures == 0 ? 0 : 1;
}
