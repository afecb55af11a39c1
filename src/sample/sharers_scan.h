// SPDX-License-Identifier: MIT
// Who else maps an object or has memory at an address: the maps of all processes, read once.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "proc/pagemap.h"
#include "proc/procfs.h"
#include "sample/mapped_object.h"

namespace pageloupe {

// What is looked for; objects and ranges are told by a number of the caller's.
struct Wanted {
  std::unordered_map<ObjectKey, std::size_t, ObjectKeyHash> objects{};
  struct Range {
    AddressRange range{};
    std::size_t number = 0;
  };
  // Where copies of a fork would be: fork keeps addresses. Ascending, none overlaps another.
  std::vector<Range> ranges{};
};

// A mapping of another process that is one of the wanted.
struct Claim {
  std::size_t number = 0;
  AddressRange range{};
  bool of_object = false;  // else private memory at a wanted address
  Bytes offset{};          // of `range` in the object
};

struct Claimant {
  Pid pid{};
  std::vector<Claim> claims{};
};

struct MapsScan {
  std::vector<Claimant> claimants{};  // ascending
  std::size_t processes = 0;          // that have memory and were looked at
  std::size_t denied = 0;
  std::size_t blocked = 0;  // their memory does not answer
};

// Reads the maps of all processes but `except`. One that does not answer within two seconds is left alone.
// Errors: those of listing /proc.
[[nodiscard]] Result<MapsScan> scan_maps(const ProcFs& procfs, Wanted wanted, Pid except);

// What of one mapping is wanted; appends to `claims`.
void add_claims(const Wanted& wanted, const Vma& vma, std::uint64_t ipc_space, std::vector<Claim>& claims);

}  // namespace pageloupe
