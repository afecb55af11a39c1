// SPDX-License-Identifier: MIT
// Reads one part of the details of a process, on a thread of its own: maps, smaps, cmdline and environ wait
// for the process's memory, which may never answer.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/background.h"
#include "ptop/detail_data.h"
#include "sample/system_facts.h"

namespace pageloupe::ptop {

// What is read of a thread; rates need two of them.
struct ThreadSample {
  PidStat stat{};
  Slot<std::uint64_t> voluntary = std::unexpected(Errc::not_sampled);
  Slot<std::uint64_t> nonvoluntary = std::unexpected(Errc::not_sampled);
};
using ThreadSamples = std::vector<ThreadSample>;  // ascending by thread

struct DetailRequest {
  std::string proc_root = "/proc";
  std::string cgroup_root =
      "/sys/fs/cgroup";  // empty where the cgroups of `proc_root` are not this machine's
  ProcessId id{};
  DetailTab tab = DetailTab::map;
  SystemFacts system{};
  Instant (*clock)() = nullptr;  // when it is now
};

struct DetailReading {
  using Part = std::variant<std::monostate, MapPart, FactsPart, ThreadSamples, EnvironmentPart>;
  // Reasons: gone, also when the ID belongs to another process now; denied, no_memory, io, malformed.
  Slot<Part> part = std::unexpected(Errc::not_sampled);
  Instant read_at{};
  Nanoseconds cost{};
};

class DetailTask : public Task {
 public:
  explicit DetailTask(DetailRequest request) : request_(std::move(request)) {}

  void work() override;

  // What was read, once done() is true.
  [[nodiscard]] DetailReading& reading() { return reading_; }
  [[nodiscard]] DetailTab tab() const { return request_.tab; }

 private:
  DetailRequest request_;
  DetailReading reading_;
};

// The table of threads: `before` are the samples of `seconds` ago, empty where there are none.
[[nodiscard]] ThreadsPart join_threads(const ThreadSamples& now, const ThreadSamples& before, double seconds,
                                       const SystemFacts& system);

// CLOCK_BOOTTIME.
[[nodiscard]] Instant time_since_boot();

}  // namespace pageloupe::ptop
