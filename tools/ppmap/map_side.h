// SPDX-License-Identifier: MIT
// A map to compare: of a live process, or one that was saved.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "field/map_snapshot.h"
#include "ppmap/process_head.h"

namespace pageloupe::ppmap {

struct MapSide {
  Pid pid{};
  std::string comm{};
  std::string command{};
  std::optional<Nanoseconds> since_boot{};  // when the process started
  std::string boot_id{};                    // of the machine it ran on
  std::optional<Timestamp> time{};          // when the map was read
  MapSnapshot map{MeasureSet{}};
};

// Why there is no map, and the exit code.
struct SideError {
  std::string message{};
  int exit_code = 0;
};

// What to compare and how: one operand of --diff.
struct SideRequest {
  std::string operand{};
  MeasureSet measures{};
  std::optional<Pid> wanted{};  // which process of a file, where it holds several
  bool whole_paths = false;     // as names for people
};

// True for "123", "/proc/123" and "self"; all else is the name of a file.
[[nodiscard]] bool is_process(std::string_view operand);

[[nodiscard]] std::expected<MapSide, SideError> read_side(const SideRequest& request, const ProcFs& procfs,
                                                          const std::string& boot_id);

}  // namespace pageloupe::ppmap
