// SPDX-License-Identifier: MIT
#include "perf/machine.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "base/text.h"
#include "base/unique_fd.h"
#include "perf/walk_events.h"

namespace pageloupe::perf {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// Names of PMUs of cores: x86, s390 and RISC-V begin with cpu; Arm's are named after the architecture.
bool names_cores(std::string_view name) {
  return name.starts_with("cpu") || name.starts_with("armv") || name.starts_with("apple_");
}

// A number that is a file's first line; the errno of what failed, EINVAL for another text.
std::expected<std::uint64_t, int> read_number(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(errno);
  std::array<char, 32> text{};
  const auto length = ::read(file.get(), text.data(), text.size());
  if (length < 0) return std::unexpected(errno);
  std::string_view line(text.data(), static_cast<std::size_t>(length));
  const auto number = to_number<std::uint64_t>(trim(take_line(line)));
  if (!number) return std::unexpected(EINVAL);
  return *number;
}

std::expected<Encoding, Errc> encode_generic(const EventInfo& event, const Machine& machine,
                                             std::size_t pmu_index) {
  if (machine.core_pmus.empty()) return std::unexpected(Errc::no_pmu);
  Encoding encoding{event.type, event.config};
  // Where there are several kinds of core, a generic event says in its upper half whose it is.
  if (machine.hybrid()) encoding.config |= std::uint64_t{machine.core_pmus[pmu_index].type} << 32U;
  return encoding;
}

std::expected<Encoding, Errc> encode_model(Event event, const Machine& machine, std::size_t pmu_index) {
  if (machine.core_pmus.empty()) return std::unexpected(Errc::no_pmu);
  const auto& pmu = machine.core_pmus[pmu_index];
  const auto* const codes = find_walk_codes(machine.cpu, pmu.name);
  if (codes == nullptr) return std::unexpected(Errc::event_missing);
  return Encoding{pmu.type, event == Event::load_walk_cycles ? codes->loads : codes->stores};
}

}  // namespace

std::vector<CorePmu> core_pmus(const std::string& directory) {
  std::vector<CorePmu> found;
  const std::unique_ptr<DIR, CloseDirectory> entries(::opendir(directory.c_str()));
  if (!entries) return found;
  while (const auto* const entry = ::readdir(entries.get())) {  // NOLINT(concurrency-mt-unsafe): its own
    const std::string_view name = entry->d_name;
    if (!names_cores(name)) continue;
    const auto type = read_number(directory + "/" + std::string(name) + "/type");
    if (type) found.push_back({std::string(name), static_cast<std::uint32_t>(*type)});
  }
  std::ranges::sort(found, {}, &CorePmu::name);
  return found;
}

std::expected<std::uint64_t, Errc> tlb_flush_id(const std::string& directory) {
  const auto number = read_number(directory + "/events/tlb/tlb_flush/id");
  if (number) return *number;
  return std::unexpected(number.error() == EACCES || number.error() == EPERM ? Errc::denied
                                                                             : Errc::event_missing);
}

std::expected<Encoding, Errc> encode(Event event, const Machine& machine, std::size_t pmu_index) {
  const auto& known = info(event);
  switch (known.origin) {
    case Origin::hardware: return encode_generic(known, machine, pmu_index);
    case Origin::model: return encode_model(event, machine, pmu_index);
    case Origin::software: return Encoding{known.type, known.config};
    case Origin::tracepoint:
      if (!machine.tlb_flush_id) return std::unexpected(machine.tlb_flush_id.error());
      return Encoding{known.type, *machine.tlb_flush_id};
  }
  std::unreachable();
}

std::size_t pmus_of(Event event, const Machine& machine) {
  const auto origin = info(event).origin;
  const bool of_cores = origin == Origin::hardware || origin == Origin::model;
  return of_cores ? std::max<std::size_t>(machine.core_pmus.size(), 1) : 1;
}

std::string_view dtlb_accesses_meaning(Vendor vendor) {
  switch (vendor) {
    case Vendor::intel:
      return "dTLB-loads are all loads, dTLB-load-misses are loads that ended in a page walk (Skylake and "
             "later): misses / loads is walks per load";
    case Vendor::amd:
      return "dTLB-loads are loads that missed the first-level dTLB, dTLB-load-misses those that missed the "
             "second too (Zen): misses / loads is walks per first-level miss, and 10 to 60 % is normal";
    case Vendor::arm:
      return "dTLB-loads are accesses of the first-level dTLB, dTLB-load-misses are its refills (PMUv3): "
             "misses / loads is refills per access, which the second level may serve: not walks";
    case Vendor::other: return "what dTLB-loads and dTLB-load-misses count on this CPU is not known here";
  }
  std::unreachable();
}

std::string denied_help(const Machine& machine) {
  std::string help = "run as root or with CAP_PERFMON";
  if (machine.paranoid && *machine.paranoid > 1)
    help += ", or lower kernel.perf_event_paranoid (" + std::to_string(*machine.paranoid) + ")";
  return help;
}

}  // namespace pageloupe::perf
