// SPDX-License-Identifier: MIT
#include "probe/cpu_choice.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <tuple>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr int kNone = -1;

const CpuReading* find(std::span<const CpuReading> times, int cpu) {
  const auto found = std::ranges::find(times, cpu, &CpuReading::cpu);
  return found == times.end() ? nullptr : &*found;
}

std::optional<CpuReading> parse_line(std::string_view line) {
  constexpr std::string_view kName = "cpu";
  constexpr std::size_t kFields = 8;  // user nice system idle iowait irq softirq steal
  auto word = take_word(line);
  if (!word.starts_with(kName)) return std::nullopt;
  const auto cpu = to_number<int>(word.substr(kName.size()));
  if (!cpu) return std::nullopt;
  std::array<std::uint64_t, kFields> ticks{};
  for (auto& field : ticks) {
    const auto value = to_number<std::uint64_t>(take_word(line));
    if (!value) return std::nullopt;
    field = *value;
  }
  CpuReading times{.cpu = *cpu};
  times.busy = ticks[0] + ticks[1] + ticks[2];
  times.interrupts = ticks[5] + ticks[6];
  times.steal = ticks[7];
  for (const auto field : ticks) times.total += field;
  return times;
}

std::vector<int> members(const cpu_set_t& set) {
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

std::optional<int> watch_for_quietest(std::span<const int> allowed) {
  constexpr auto kWatch = std::chrono::milliseconds(50);
  if (allowed.size() == 1) return allowed.front();
  const auto before = read_cpu_times();
  std::this_thread::sleep_for(kWatch);
  return quietest_cpu(before, read_cpu_times(), allowed);
}

}  // namespace

std::vector<CpuReading> parse_cpu_times(std::string_view stat) {
  std::vector<CpuReading> all;
  while (!stat.empty()) {
    if (const auto times = parse_line(take_line(stat))) all.push_back(*times);
  }
  return all;
}

std::optional<int> quietest_cpu(std::span<const CpuReading> before, std::span<const CpuReading> after,
                                std::span<const int> allowed) {
  std::optional<int> best;
  std::pair<std::uint64_t, std::uint64_t> least{};
  for (const auto cpu : allowed) {
    const auto* then = find(before, cpu);
    const auto* now = find(after, cpu);
    if (then == nullptr || now == nullptr) continue;
    const auto taken = now->steal + now->interrupts - then->steal - then->interrupts;
    const auto load = std::pair(taken, now->busy - then->busy);
    if (best && load > least) continue;
    best = cpu;
    least = load;
  }
  if (!best && !allowed.empty()) best = allowed.back();
  return best;
}

std::optional<double> steal_share(std::span<const CpuReading> before, std::span<const CpuReading> after,
                                  int cpu) {
  const auto* then = find(before, cpu);
  const auto* now = find(after, cpu);
  if (then == nullptr || now == nullptr || now->total <= then->total) return std::nullopt;
  return static_cast<double>(now->steal - then->steal) / static_cast<double>(now->total - then->total);
}

std::vector<CpuReading> read_cpu_times() {
  std::ifstream file("/proc/stat");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_cpu_times(text);
}

Result<CpuPin> CpuPin::take(std::optional<int> wish) {
  cpu_set_t before;
  CPU_ZERO(&before);
  if (::sched_getaffinity(0, sizeof before, &before) != 0) {
    return not_measurable(Errc::denied, "the allowed CPUs cannot be read", errno);
  }
  const auto cpu = wish ? wish : watch_for_quietest(members(before));
  if (!cpu || *cpu < 0 || *cpu >= CPU_SETSIZE)
    return not_measurable(Errc::unsupported, "there is no such CPU");
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(*cpu), &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) {
    return not_measurable(Errc::denied, "that CPU is not allowed", errno);
  }
  return CpuPin(*cpu, before);
}

CpuPin::CpuPin(CpuPin&& other) noexcept : cpu_(std::exchange(other.cpu_, kNone)), before_(other.before_) {}

CpuPin::~CpuPin() {
  if (cpu_ != kNone) ::sched_setaffinity(0, sizeof before_, &before_);
}

bool CpuPin::moved() const { return ::sched_getcpu() != cpu_; }

}  // namespace pageloupe
