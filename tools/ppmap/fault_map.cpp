// SPDX-License-Identifier: MIT
#include "ppmap/fault_map.h"

#include <algorithm>

namespace pageloupe::ppmap {

FaultMap::Entry* FaultMap::find(Address address) {
  auto at = entries_.upper_bound(address);
  if (at == entries_.begin()) return nullptr;
  --at;
  return address < at->second.row.record.vma.end ? &at->second : nullptr;
}

void FaultMap::add(const perf::FaultSampler::Fault& fault) {
  if (auto* const entry = find(fault.address)) {
    entry->count.add(fault.kind);
  } else if (waiting_.size() < kMostWaiting) {
    waiting_.push_back(fault);
  } else {
    beyond_.add(fault.kind);
  }
}

bool FaultMap::refresh(const OpenProcess& process) {
  auto map = ProcessMap::open(process.dir, {.leader = process.head.pid});
  if (!map) return false;
  bool any = false;
  for (auto more = map->next(); more && *more; more = map->next()) {
    any = true;
    const auto& row = map->row();
    auto& known = entries_[row.record.vma.start];
    // A mapping that has shrunk had its faults when it was larger.
    const auto end = std::max(known.row.record.vma.end, row.record.vma.end);
    const bool same = known.row.record.vma.name == row.record.vma.name;
    known.row = row;
    if (same) known.row.record.vma.end = end;
  }
  for (const auto& fault : std::exchange(waiting_, {})) add(fault);
  return any;
}

FaultCount FaultMap::unplaced_count() const {
  auto count = beyond_;
  for (const auto& fault : waiting_) count.add(fault.kind);
  return count;
}

std::vector<const FaultMap::Entry*> FaultMap::rows() const {
  std::vector<const Entry*> rows;
  for (const auto& [start, entry] : entries_) {
    if (entry.count.all() != 0) rows.push_back(&entry);
  }
  std::ranges::stable_sort(rows, std::ranges::greater{},
                           [](const Entry* entry) { return entry->count.all(); });
  return rows;
}

}  // namespace pageloupe::ppmap
