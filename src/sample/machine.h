// SPDX-License-Identifier: MIT
// The whole machine at one instant: what a monitor shows above its processes.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "proc/held_file.h"
#include "proc/loadavg.h"
#include "proc/meminfo.h"
#include "proc/procfs.h"
#include "proc/psi.h"
#include "proc/system_stat.h"
#include "proc/uptime.h"
#include "proc/vmstat.h"
#include "sample/source.h"

namespace pageloupe {

enum class Resource : std::uint8_t { cpu, memory, io, count_ };
inline constexpr auto kResources = static_cast<std::size_t>(Resource::count_);

// vm.overcommit_memory, and what a program may reserve.
enum class Overcommit : std::uint8_t {
  heuristic,  // 0: all but what can never be
  always,     // 1: anything
  strict,     // 2: up to CommitLimit in all
};

// Errors: malformed.
[[nodiscard]] Result<Overcommit> parse_overcommit(std::string_view text);

// Each part with the reason where it is missing; not_sampled where it was not asked for.
struct MachineSample {
  Instant at{};     // when it was read
  Timestamp now{};  // the same by the clock of the wall
  Result<SystemStat> stat = fail(Errc::not_sampled);
  Result<Meminfo> meminfo = fail(Errc::not_sampled);
  Result<Overcommit> overcommit = fail(Errc::not_sampled);  // with meminfo
  Result<Vmstat> vmstat = fail(Errc::not_sampled);
  std::array<Result<Pressure>, kResources> pressure{fail(Errc::not_sampled), fail(Errc::not_sampled),
                                                    fail(Errc::not_sampled)};
  Result<LoadAverage> load = fail(Errc::not_sampled);
  Result<Uptime> uptime = fail(Errc::not_sampled);

  [[nodiscard]] const Result<Pressure>& pressure_of(Resource resource) const {
    return pressure[static_cast<std::size_t>(resource)];
  }
};

// What a MachineReader can read: system_stat, meminfo, vmstat, pressure, loadavg, uptime.
inline constexpr SourceSet kMachineSources = Source::system_stat | Source::meminfo | Source::vmstat |
                                             Source::pressure | Source::loadavg | Source::uptime;

// How many events of that counter there were per second between two samples. Errors: no_previous; unsupported
// where the kernel does not count them; what the later sample says of vmstat.
[[nodiscard]] Result<Rate> rate_between(const MachineSample& before, const MachineSample& now, VmstatKey key);

// Keeps the files open that it has read once: 60 µs for all of them on a machine of two CPUs.
class MachineReader {
 public:
  // `procfs` outlives the reader.
  explicit MachineReader(const ProcFs& procfs) : procfs_(procfs) {}

  // Reads the parts that are asked for; the others are not_sampled. Once a sample was filled, filling it
  // again takes no memory.
  void read(SourceSet parts, Instant at, Timestamp now, MachineSample& sample);

 private:
  enum class File : std::uint8_t {
    stat,
    meminfo,
    overcommit,
    vmstat,
    pressure_cpu,
    pressure_memory,
    pressure_io,
    load,
    uptime,
    count_
  };

  [[nodiscard]] Result<std::string_view> text(File file);
  template <class Record, class Parse>
  void take(bool wanted, File file, Result<Record>& slot, Parse parse);

  const ProcFs& procfs_;
  std::array<HeldFile, static_cast<std::size_t>(File::count_)> files_{};
  std::string buffer_;
};

}  // namespace pageloupe
