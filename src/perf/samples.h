// SPDX-License-Identifier: MIT
// What the kernel writes into the ring buffer of page-fault events; see perf_event_open(2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/units.h"

namespace pageloupe::perf {

struct FaultSample {
  std::uint64_t event = 0;  // ID of the event, of the parent's where a thread inherited it
  Pid tid{};
  Address address{};
};

// What a stretch of the ring held.
struct FaultRecords {
  std::vector<FaultSample> samples{};
  std::uint64_t lost = 0;  // samples for which there was no room
};

// Appends the records of whole bytes of a ring to `to`: samples of PERF_SAMPLE_IDENTIFIER | TID | ADDR, and
// what was lost. Records of other types are passed over. False where a record is not as long as it says, or
// cannot be: what stood before it is kept.
[[nodiscard]] bool parse_fault_records(std::span<const std::byte> bytes, FaultRecords& to);

// "0-3,8": the list of /sys/devices/system/cpu/online. Empty for any other text.
[[nodiscard]] std::vector<int> parse_cpu_list(std::string_view text);

}  // namespace pageloupe::perf
