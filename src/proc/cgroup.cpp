// SPDX-License-Identifier: MIT
#include "proc/cgroup.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::size_t kIdDigits = 64;
constexpr std::size_t kShortDigits = 12;

// A unit of systemd that stands for one container and is named after it.
struct NamedUnit {
  std::string_view prefix;
  std::string_view suffix;
};

constexpr auto kNamedUnits = std::to_array<NamedUnit>({
    {"lxc.payload.", ""},
    {"systemd-nspawn@", ".service"},
    {"machine-", ".scope"},
});

constexpr auto kNameParents = std::to_array<std::string_view>({"lxc", "lxc.payload"});

constexpr auto kRuntimes = std::to_array<std::string_view>(
    {"", "docker", "cri-containerd", "containerd", "crio", "libpod", "podman", "nerdctl"});

bool lists_memory(std::string_view controllers) {
  while (!controllers.empty()) {
    if (take_until(controllers, ',') == "memory") return true;
  }
  return false;
}

bool is_full_id(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == kIdDigits && std::ranges::all_of(text, is_digit);
}

// "<id>", "docker-<id>.scope", "kubepods-pod<uid>.slice:cri-containerd:<id>".
std::string_view id_in(std::string_view part) {
  constexpr std::string_view kScope = ".scope";
  if (part.ends_with(kScope)) part.remove_suffix(kScope.size());
  if (part.size() < kIdDigits) return {};
  const auto id = part.substr(part.size() - kIdDigits);
  auto before = part.substr(0, part.size() - kIdDigits);
  if (!is_full_id(id)) return {};
  if (before.ends_with(':') || before.ends_with('-')) before.remove_suffix(1);
  const auto runtime = before.substr(before.rfind(':') + 1);  // npos + 1 is 0: all of it
  if (std::ranges::find(kRuntimes, runtime) == kRuntimes.end()) return {};
  return id.substr(0, kShortDigits);
}

std::string_view name_in(std::string_view part, std::string_view parent) {
  if (std::ranges::find(kNameParents, parent) != kNameParents.end()) return part;
  // libvirt's virtual machines are scopes of the same form; what they hold is no process of this kernel.
  if (part.starts_with("machine-qemu")) return {};
  for (const auto& unit : kNamedUnits) {
    if (!part.starts_with(unit.prefix) || !part.ends_with(unit.suffix)) continue;
    if (part.size() <= unit.prefix.size() + unit.suffix.size()) continue;
    return part.substr(unit.prefix.size(), part.size() - unit.prefix.size() - unit.suffix.size());
  }
  return {};
}

// The last part of a path for which the test holds.
template <class Test>
std::string_view innermost(std::string_view path, Test test) {
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    const auto part = path.substr(slash + 1);
    if (test(part)) return part;
    if (slash == std::string_view::npos) break;
    path.remove_suffix(path.size() - slash);
  }
  return {};
}

}  // namespace

Result<CgroupPaths> parse_cgroup(std::string_view text) {
  std::optional<std::string_view> memory;
  std::optional<std::string_view> unified;
  std::optional<std::string_view> other;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    auto path = take_line(text);
    const auto id = to_number<std::uint32_t>(take_until(path, ':'));
    const auto controllers = take_until(path, ':');
    if (!id || !path.starts_with('/')) return malformed("cgroup", {}, line);
    if (*id == 0 && controllers.empty()) {
      unified = path;
    } else if (lists_memory(controllers)) {
      memory = path;
    } else if (!other || controllers == "name=systemd") {
      other = path;
    }
  }
  if (memory) return CgroupPaths{.path = std::string(*memory), .v2 = false};
  if (unified) return CgroupPaths{.path = std::string(*unified), .v2 = true};
  if (other) return CgroupPaths{.path = std::string(*other), .v2 = false};
  return malformed("cgroup");
}

std::string_view container_id(std::string_view cgroup_path) {
  constexpr std::string_view kDeleted = " (deleted)";
  if (cgroup_path.ends_with(kDeleted)) cgroup_path.remove_suffix(kDeleted.size());
  while (!cgroup_path.empty()) {
    const auto slash = cgroup_path.rfind('/');
    if (slash == std::string_view::npos) return {};
    const auto part = cgroup_path.substr(slash + 1);
    cgroup_path = cgroup_path.substr(0, slash);
    if (part.empty()) continue;
    if (const auto id = id_in(part); !id.empty()) return id;
    const auto parent = cgroup_path.substr(cgroup_path.rfind('/') + 1);
    if (const auto name = name_in(part, parent); !name.empty()) return name;
  }
  return {};
}

std::string_view systemd_unit(std::string_view cgroup_path) {
  return innermost(cgroup_path, [](std::string_view part) {
    return part.ends_with(".service") || part.ends_with(".scope") || part.ends_with(".socket") ||
           part.ends_with(".mount") || part.ends_with(".swap");
  });
}

std::string_view systemd_slice(std::string_view cgroup_path) {
  const auto slice = innermost(cgroup_path, [](std::string_view part) { return part.ends_with(".slice"); });
  return slice.empty() && !systemd_unit(cgroup_path).empty() ? "-.slice" : slice;
}

}  // namespace pageloupe
