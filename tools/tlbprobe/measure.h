// SPDX-License-Identifier: MIT
// The runs of the probe on this machine, and their sum.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "probe/inference.h"
#include "tlbprobe/request.h"

namespace pageloupe::tlbprobe {

// What one run found, in short.
struct RunResult {
  std::uint64_t seed = 0;
  double seconds = 0;
  unsigned attempts = 0;
  Result<FirstLevel> first = fail(Errc::not_sampled);
  Result<SecondLevel> second = fail(Errc::not_sampled);
};

struct Measurement {
  ProbeReport report;  // level by level the surest of the runs, the rest of the last one
  std::vector<RunResult> runs;
};

// Runs request.runs times, or until `cancelled`.
[[nodiscard]] Measurement measure(LatencySource& source, const Request& request,
                                  const std::atomic<bool>& cancelled, const Observer& observer);

// "72 in 20 of 20 runs; +6.8 to +6.9 cycles": a line per level, for people. Empty for one run.
[[nodiscard]] std::string describe_spread(const std::vector<RunResult>& runs);

}  // namespace pageloupe::tlbprobe
