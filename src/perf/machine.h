// SPDX-License-Identifier: MIT
// What this machine can count, and how its events are written.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "perf/event.h"

namespace pageloupe::perf {

// A performance monitoring unit of cores: one in most machines, one for each kind of core in others.
struct CorePmu {
  std::string name{};      // "cpu", "cpu_core", "armv8_pmuv3_0"
  std::uint32_t type = 0;  // for perf_event_attr
  friend bool operator==(const CorePmu&, const CorePmu&) = default;
};

// Who made the cores: what an event counts depends on it.
enum class Vendor : std::uint8_t { other, intel, amd, arm };

struct CpuModel {
  Vendor vendor = Vendor::other;
  std::uint32_t family = 0;
  std::uint32_t model = 0;
};

struct Machine {
  std::vector<CorePmu> core_pmus{};  // none: no PMU, as in most virtual machines
  CpuModel cpu{};
  std::expected<std::uint64_t, Errc> tlb_flush_id = std::unexpected(Errc::event_missing);
  std::optional<int> paranoid{};  // kernel.perf_event_paranoid

  [[nodiscard]] bool hybrid() const { return core_pmus.size() > 1; }
};

// The PMUs of cores below `directory`, /sys/bus/event_source/devices, by name.
[[nodiscard]] std::vector<CorePmu> core_pmus(const std::string& directory);

// The number of the tracepoint tlb:tlb_flush below `directory`, the root of tracefs.
// Errors: denied; event_missing where tracefs is not mounted there, or the kernel has no such tracepoint.
[[nodiscard]] std::expected<std::uint64_t, Errc> tlb_flush_id(const std::string& directory);

struct Encoding {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
};

// How the event is written for a PMU; for events that need none it does not matter which.
// Errors: no_pmu; event_missing where no table is certain of its code; those of tlb_flush_id.
[[nodiscard]] std::expected<Encoding, Errc> encode(Event event, const Machine& machine,
                                                   std::size_t pmu_index = 0);

// How many PMUs count the event: those of the cores, or one that is none.
[[nodiscard]] std::size_t pmus_of(Event event, const Machine& machine);

// What dTLB-loads and dTLB-load-misses are on these cores: never a bare ratio without it.
[[nodiscard]] std::string_view dtlb_accesses_meaning(Vendor vendor);

// Why tlb:tlb_flush may be missing where the kernel has it.
inline constexpr std::string_view kTlbFlushHelp =
    "tlb:tlb_flush is found through tracefs: mount -t tracefs tracefs /sys/kernel/tracing";

// What a user can do about `denied`.
[[nodiscard]] std::string denied_help(const Machine& machine);

}  // namespace pageloupe::perf
