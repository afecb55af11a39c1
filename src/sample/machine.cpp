// SPDX-License-Identifier: MIT
#include "sample/machine.h"

#include "base/text.h"

namespace pageloupe {
namespace {

// In the order of MachineReader::File.
constexpr auto kPaths = std::to_array<const char*>({
    "stat",
    "meminfo",
    "sys/vm/overcommit_memory",
    "vmstat",
    "pressure/cpu",
    "pressure/memory",
    "pressure/io",
    "loadavg",
    "uptime",
});

}  // namespace

Result<Overcommit> parse_overcommit(std::string_view text) {
  const auto mode = to_number<std::uint8_t>(take_line(text));
  if (!mode || *mode > static_cast<std::uint8_t>(Overcommit::strict)) return malformed("overcommit_memory");
  return static_cast<Overcommit>(*mode);
}

Result<Rate> rate_between(const MachineSample& before, const MachineSample& now, VmstatKey key) {
  if (!now.vmstat) return std::unexpected(now.vmstat.error());
  const auto last = (*now.vmstat)[key];
  if (!last) return fail(Errc::unsupported);
  const auto first = before.vmstat ? (*before.vmstat)[key] : std::nullopt;
  if (!first || *last < *first || now.at <= before.at) return fail(Errc::no_previous);
  return Rate{static_cast<double>(*last - *first) / to_seconds(now.at - before.at)};
}

Result<std::string_view> MachineReader::text(File file) {
  static_assert(kPaths.size() == static_cast<std::size_t>(File::count_));
  const auto index = static_cast<std::size_t>(file);
  auto& held = files_[index];
  if (!held) {
    auto fd = procfs_.open_file(kPaths[index]);
    // What is mounted over /proc is read by another thread.
    if (!fd && fd.error().code == Errc::blocked) return procfs_.read(kPaths[index], buffer_);
    if (!fd) return std::unexpected(fd.error());
    held = HeldFile(std::move(*fd), kPaths[index]);
  }
  const auto read = held.read(buffer_);
  if (!may_hold_descriptors()) held = {};
  return read;
}

template <class Record, class Parse>
void MachineReader::take(bool wanted, File file, Result<Record>& slot, Parse parse) {
  const auto read = wanted ? text(file) : fail(Errc::not_sampled);
  if (read) {
    parse(*read, slot);
  } else {
    slot = std::unexpected(read.error());
  }
}

void MachineReader::read(SourceSet parts, Instant at, Timestamp now, MachineSample& sample) {
  sample.at = at;
  sample.now = now;
  constexpr auto kParsed = [](auto parse) {
    return [parse](std::string_view text, auto& slot) { slot = parse(text); };
  };
  constexpr auto kStat = [](std::string_view text, Result<SystemStat>& slot) {
    if (!slot) slot.emplace();
    if (const auto parsed = parse_system_stat(text, *slot); !parsed) slot = std::unexpected(parsed.error());
  };
  take(parts.has(Source::system_stat), File::stat, sample.stat, kStat);
  take(parts.has(Source::meminfo), File::meminfo, sample.meminfo, kParsed(parse_meminfo));
  take(parts.has(Source::meminfo), File::overcommit, sample.overcommit, kParsed(parse_overcommit));
  take(parts.has(Source::vmstat), File::vmstat, sample.vmstat, kParsed(parse_vmstat));
  constexpr auto kPressureFiles =
      std::to_array({File::pressure_cpu, File::pressure_memory, File::pressure_io});
  static_assert(kPressureFiles.size() == kResources);
  for (std::size_t i = 0; i < kResources; ++i) {
    take(parts.has(Source::pressure), kPressureFiles[i], sample.pressure[i], kParsed(parse_pressure));
  }
  take(parts.has(Source::loadavg), File::load, sample.load, kParsed(parse_loadavg));
  take(parts.has(Source::uptime), File::uptime, sample.uptime, kParsed(parse_uptime));
}

}  // namespace pageloupe
