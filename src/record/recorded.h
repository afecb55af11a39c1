// SPDX-License-Identifier: MIT
// What a recording holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sample/process.h"
#include "sample/process_map.h"
#include "sample/system_facts.h"

namespace pageloupe {

// Raised when a reader of the one before would be misled: members may be added without.
inline constexpr std::string_view kRecordingSchema = "pageloupe.recording/1";

// Of the machine and the tool that recorded; every frame repeats it.
struct RecordingInfo {
  std::string tool{};
  std::string tool_version{};
  std::string host{};
  std::string boot_id{};
  std::uint64_t ticks_per_second = 100;
  Bytes page_size{4096};
  std::uint64_t cpus = 1;
  Bytes mem_total{};
  Timestamp boot{};        // when the machine was booted
  Nanoseconds interval{};  // between two samples, as it was asked for; 0 where it was not said
};

// A number, a text or a list of numbers about the machine as a whole, under a name with its unit
// ("mem_available_bytes"). What they are is a matter of those who record and of those who show: they go
// through in order, and as they are.
struct MachineFact {
  std::string name{};
  std::variant<Errc, std::uint64_t, double, std::string, std::vector<std::uint64_t>> value =
      Errc::not_sampled;
  friend bool operator==(const MachineFact&, const MachineFact&) = default;
};

// When a sample was taken, and of what machine.
struct SampleHead {
  Timestamp time{};
  Instant boottime{};
  bool threads = false;  // every thread stands for itself, and none for its process
  std::vector<MachineFact> machine{};
};

// A process as a sample has it.
struct RecordedProcess {
  Process process{};
  bool changed = true;  // since the sample before; true in the first that was read
  Instant files_at{};   // when all but stat, statm and owner were read; 0: with the sample
};

// The map of a process at one time.
struct RecordedMap {
  std::optional<Errc> error{};             // why there are no rows
  std::map<std::uint64_t, VmaRow> rows{};  // by their first address
};

// One sample, complete.
struct RecordedSample {
  SampleHead head{};
  std::map<std::int32_t, RecordedProcess> processes{};  // by PID, those of threads too
  std::map<std::int32_t, RecordedMap> maps{};           // of those whose map was recorded
  std::map<std::uint32_t, std::string> users{};         // names of the recorded machine
  std::map<std::uint32_t, std::string> groups{};
};

// What getters must know of the recorded machine at the time of a sample.
[[nodiscard]] inline SystemFacts system_facts(const RecordingInfo& info, const SampleHead& head) {
  return {.page_size = info.page_size,
          .ticks_per_second = info.ticks_per_second,
          .cpus = info.cpus,
          .now = head.time,
          .boot = info.boot,
          .uptime = head.boottime - Instant{},
          .mem_total = info.mem_total,
          .cpu = {.data_tlbs = std::unexpected(Errc::not_recorded)}};
}

// Where a recording is not as it was written.
struct Damage {
  std::uint64_t offset = 0;  // in the file, of the byte where reading stopped
  std::string what{};
  bool cut = false;  // nothing is wrong but that the rest is missing
  friend bool operator==(const Damage&, const Damage&) = default;
};

}  // namespace pageloupe
