// SPDX-License-Identifier: MIT
// The mappings of a process that changes, each with its page faults.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "perf/fault_sampler.h"
#include "ppmap/process_head.h"
#include "sample/process_map.h"

namespace pageloupe::ppmap {

struct FaultCount {
  std::uint64_t minor = 0;
  std::uint64_t major = 0;

  void add(perf::FaultKind kind) { ++(kind == perf::FaultKind::minor ? minor : major); }
  [[nodiscard]] std::uint64_t all() const { return minor + major; }
};

class FaultMap {
 public:
  struct Entry {
    VmaRow row{};  // as it was read last
    FaultCount count{};
  };

  // Reads the map again: mappings that have grown keep their counts, those that are gone stay. Faults that
  // belonged to no mapping are looked up once more. False where the map cannot be read, as of a process that
  // has ended.
  bool refresh(const OpenProcess& process);

  void add(const perf::FaultSampler::Fault& fault);

  // Faults of which no mapping is known, yet.
  [[nodiscard]] std::size_t unplaced() const { return waiting_.size() + beyond_.all(); }
  [[nodiscard]] FaultCount unplaced_count() const;

  // The mappings with faults, those with most first.
  [[nodiscard]] std::vector<const Entry*> rows() const;

 private:
  static constexpr std::size_t kMostWaiting = 1 << 20;

  [[nodiscard]] Entry* find(Address address);

  std::map<Address, Entry> entries_;  // by start
  std::vector<perf::FaultSampler::Fault> waiting_;
  FaultCount beyond_;  // more than can wait
};

}  // namespace pageloupe::ppmap
