// SPDX-License-Identifier: MIT
#include "proc/system_stat.h"

#include <array>
#include <limits>
#include <utility>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr auto kTimes = std::to_array<Ticks CpuTimes::*>({
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
constexpr std::size_t kRequired = 4;

constexpr std::string_view kCpu = "cpu";

bool read_times(std::string_view text, CpuTimes& times) {
  for (std::size_t i = 0; i < kTimes.size(); ++i) {
    const auto word = take_word(text);
    if (word.empty()) return i >= kRequired;
    const auto value = to_number<std::uint64_t>(word);
    if (!value) return false;
    times.*kTimes[i] = Ticks{*value};
  }
  return true;
}

// "cpu" is all of them, "cpu3" is one.
bool read_cpu(std::string_view key, std::string_view rest, SystemStat& stat) {
  if (key == kCpu) return read_times(rest, stat.cpu);
  const auto number = to_number<std::uint32_t>(key.substr(kCpu.size()));
  if (!number) return false;
  NumberedCpuTimes one{.cpu = *number};
  if (!read_times(rest, one.times)) return false;
  stat.cpus.push_back(one);
  return true;
}

bool assign(std::optional<std::uint64_t>& to, std::string_view word) {
  to = to_number<std::uint64_t>(word);
  return to.has_value();
}

bool assign_seconds(std::optional<Timestamp>& to, std::string_view word) {
  constexpr std::uint64_t kNanosecondsASecond = 1'000'000'000;
  const auto seconds = to_number<std::uint64_t>(word);
  if (!seconds || *seconds > std::numeric_limits<std::uint64_t>::max() / kNanosecondsASecond) return false;
  to = Timestamp{*seconds * kNanosecondsASecond};
  return true;
}

// True for a key that is not known.
bool read_key(std::string_view key, std::string_view rest, SystemStat& stat) {
  if (key.starts_with(kCpu)) return read_cpu(key, rest, stat);
  if (key == "btime") return assign_seconds(stat.btime, rest);
  if (key == "ctxt") return assign(stat.ctxt, rest);
  if (key == "processes") return assign(stat.processes, rest);
  if (key == "procs_running") return assign(stat.procs_running, rest);
  if (key == "procs_blocked") return assign(stat.procs_blocked, rest);
  return true;
}

}  // namespace

Result<void> parse_system_stat(std::string_view text, SystemStat& stat) {
  if (!text.starts_with("cpu ")) return malformed("stat", "cpu", 1);
  auto cpus = std::move(stat.cpus);
  cpus.clear();
  stat = {};
  stat.cpus = std::move(cpus);
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto rest = take_line(text);
    const auto key = take_until(rest, ' ');
    if (!read_key(key, rest, stat)) return malformed("stat", {}, line);
  }
  return {};
}

Result<SystemStat> parse_system_stat(std::string_view text) {
  SystemStat stat;
  if (const auto parsed = parse_system_stat(text, stat); !parsed) return std::unexpected(parsed.error());
  return stat;
}

}  // namespace pageloupe
