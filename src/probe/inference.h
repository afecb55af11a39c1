// SPDX-License-Identifier: MIT
// From latencies to TLB levels. Pure: sees a LatencySource, a seed and a clock, and nothing else of the
// machine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "probe/geometry.h"
#include "probe/granule.h"
#include "probe/instruction_tlb.h"
#include "probe/walk_tiers.h"

namespace pageloupe {

struct InferenceOptions {
  std::uint64_t seed = 1;
  std::chrono::duration<double> time_budget{10.0};
  unsigned attempts = 3;  // at most, while a level is not certain
  bool data = true;       // nothing else is known of data without base pages
  bool second_level = true;
  bool walk_tiers = true;
  bool granule = true;  // without it nothing is said about huge pages
  bool huge_2m = true;
  bool huge_1g = true;
  bool code = true;
};

// Everything that a run found. What has no value has its reason.
struct ProbeReport {
  Geometry base;
  std::vector<WalkTier> walk_tiers;
  Result<Granule> granule = not_measurable(Errc::not_sampled, "not asked for");
  Result<Geometry> huge_2m = not_measurable(Errc::not_sampled, "not asked for");
  Result<Geometry> huge_1g = not_measurable(Errc::not_sampled, "not asked for");
  Result<InstructionTlb> code = not_measurable(Errc::not_sampled, "not asked for");
  SourceStatistics statistics;
  std::string_view disturbance;  // why every level is a step less sure; empty if the run was quiet
  unsigned attempts = 0;
  bool cancelled = false;
  std::uint64_t seed = 0;
  std::chrono::duration<double> elapsed{};
};

class TlbInference {
 public:
  // `cancelled` may be null; a signal handler may set it to end the run with what is known by then.
  TlbInference(LatencySource& source, ProbeClock clock, InferenceOptions options,
               const std::atomic<bool>* cancelled = nullptr, Observer observer = {});

  // Within about the time budget: it is looked at between two orders of pages.
  [[nodiscard]] ProbeReport run();

 private:
  void measure_base(ProbeReport& report);
  void measure_tiers(ProbeReport& report);
  void measure_huge(ProbeReport& report);
  Result<Geometry> measure_layout(Layout layout);
  void judge_conditions(ProbeReport& report) const;

  LatencySource& source_;
  InferenceOptions options_;
  const std::atomic<bool>* cancelled_;
  Observer observer_;
  Budget budget_;
  Rng rng_;
};

}  // namespace pageloupe
