// SPDX-License-Identifier: MIT
#include "proc/cgroup_limits.h"

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::string_view kUnlimited = "max";

// LONG_MAX rounded down to a page, of 64 KiB at most.
constexpr std::uint64_t kLeastUnlimited = 0x7fff'ffff'ffff'0000;

std::optional<double> cpus_of(std::string_view quota, std::string_view period) {
  const auto microseconds = to_number<std::uint64_t>(quota);
  const auto of = to_number<std::uint64_t>(period);
  if (!microseconds || !of || *of == 0) return std::nullopt;
  return static_cast<double>(*microseconds) / static_cast<double>(*of);
}

bool lists(std::string_view controllers, std::string_view controller) {
  while (!controllers.empty()) {
    if (take_until(controllers, ',') == controller) return true;
  }
  return false;
}

}  // namespace

Result<std::optional<std::uint64_t>> parse_cgroup_limit(std::string_view text) {
  const auto word = take_line(text);
  if (word == kUnlimited) return std::nullopt;
  const auto value = to_number<std::uint64_t>(word);
  if (!value) return malformed("cgroup", "limit");
  return *value >= kLeastUnlimited ? std::nullopt : value;
}

Result<std::uint64_t> parse_cgroup_count(std::string_view text) {
  const auto value = to_number<std::uint64_t>(take_line(text));
  if (!value) return malformed("cgroup", "current");
  return *value;
}

Result<std::optional<double>> parse_cpu_max(std::string_view text) {
  auto line = take_line(text);
  const auto quota = take_word(line);
  const auto period = take_word(line);
  if (quota == kUnlimited) return std::nullopt;
  const auto cpus = cpus_of(quota, period);
  if (!cpus) return malformed("cpu.max");
  return cpus;
}

Result<std::optional<double>> parse_cfs_quota(std::string_view quota, std::string_view period) {
  const auto microseconds = take_line(quota);
  if (microseconds == "-1") return std::nullopt;
  const auto cpus = cpus_of(microseconds, take_line(period));
  if (!cpus) return malformed("cpu.cfs_quota_us");
  return cpus;
}

Result<std::size_t> count_cpu_list(std::string_view text) {
  auto list = trim(take_line(text));
  std::size_t count = 0;
  while (!list.empty()) {
    auto range = take_until(list, ',');
    const auto first = to_number<std::uint32_t>(take_until(range, '-'));
    const auto last = range.empty() ? first : to_number<std::uint32_t>(range);
    if (!first || !last || *last < *first) return malformed("cpuset");
    count += std::size_t{*last} - *first + 1;
  }
  return count;
}

std::optional<ControllerPath> controller_path(std::string_view cgroup, std::string_view controller) {
  std::optional<ControllerPath> unified;
  while (!cgroup.empty()) {
    auto path = take_line(cgroup);
    const auto id = take_until(path, ':');
    const auto controllers = take_until(path, ':');
    if (!path.starts_with('/')) continue;
    if (lists(controllers, controller)) return ControllerPath{.path = path, .controllers = controllers};
    if (id == "0" && controllers.empty()) unified = ControllerPath{.path = path};
  }
  return unified;
}

}  // namespace pageloupe
