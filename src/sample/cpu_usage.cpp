// SPDX-License-Identifier: MIT
#include "sample/cpu_usage.h"

#include <algorithm>
#include <array>

namespace pageloupe {
namespace {

constexpr auto kKinds = std::to_array<Ticks CpuTimes::*>({
    &CpuTimes::user,
    &CpuTimes::nice,
    &CpuTimes::system,
    &CpuTimes::idle,
    &CpuTimes::iowait,
    &CpuTimes::irq,
    &CpuTimes::softirq,
    &CpuTimes::steal,
    &CpuTimes::guest,
    &CpuTimes::guest_nice,
});
static_assert(sizeof(CpuTimes) == kKinds.size() * sizeof(Ticks), "a kind is missing");

}  // namespace

CpuTimes& operator+=(CpuTimes& sum, const CpuTimes& other) {
  for (const auto kind : kKinds) sum.*kind += other.*kind;
  return sum;
}

CpuTimes time_between(const CpuTimes& before, const CpuTimes& now) {
  CpuTimes passed;
  for (const auto kind : kKinds) {
    if (now.*kind > before.*kind) passed.*kind = now.*kind - before.*kind;
  }
  return passed;
}

std::optional<CpuTimes> time_between(const SystemStat& before, const SystemStat& now, std::size_t index) {
  const auto& cpu = now.cpus[index];
  if (index < before.cpus.size() && before.cpus[index].cpu == cpu.cpu)
    return time_between(before.cpus[index].times, cpu.times);
  const auto found = std::ranges::find(before.cpus, cpu.cpu, &NumberedCpuTimes::cpu);
  if (found == before.cpus.end()) return std::nullopt;
  return time_between(found->times, cpu.times);
}

}  // namespace pageloupe
