// SPDX-License-Identifier: MIT
#include "tlbprobe/measure.h"

#include <algorithm>
#include <map>

#include "probe/order_statistics.h"
#include "probe/wording.h"

namespace pageloupe::tlbprobe {
namespace {

ProbeClock steady_clock() {
  return [] { return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()); };
}

template <class T>
void keep_known(Result<T>& now, Result<T>& before) {
  if (!now && before) now = std::move(before);
}

ProbeReport surest_of(ProbeReport before, ProbeReport now) {
  now.base = better_of(std::move(before.base), std::move(now.base));
  keep_known(now.granule, before.granule);
  keep_known(now.huge_2m, before.huge_2m);
  keep_known(now.huge_1g, before.huge_1g);
  keep_known(now.code, before.code);
  if (now.walk_tiers.empty()) now.walk_tiers = std::move(before.walk_tiers);
  now.attempts += before.attempts;
  now.elapsed += before.elapsed;
  return now;
}

struct Spread {
  std::map<std::uint32_t, unsigned> entries;
  std::vector<double> costs;
  unsigned absent = 0;
};

std::string describe(const Spread& spread, std::string_view level) {
  std::string text = std::string(level) + ":";
  const auto runs = spread.costs.size() + spread.absent;
  for (const auto& [entries, count] : spread.entries) {
    text += " " + std::to_string(entries) + " in " + std::to_string(count) + ",";
  }
  if (spread.absent > 0) text += " none in " + std::to_string(spread.absent) + ",";
  text.back() = ' ';
  text += "of " + std::to_string(runs) + " runs";
  if (spread.costs.empty()) return text + "\n";
  const auto costs = std::ranges::minmax(spread.costs);
  return text + "; +" + fixed(costs.min, 1) + " to +" + fixed(costs.max, 1) + " cycles\n";
}

}  // namespace

Measurement measure(LatencySource& source, const Request& request, const std::atomic<bool>& cancelled,
                    const Observer& observer) {
  Measurement all;
  for (unsigned run = 0; run < request.runs && (run == 0 || !cancelled); ++run) {
    auto options = request.inference;
    options.seed += run;
    auto report = TlbInference(source, steady_clock(), options, &cancelled, observer).run();
    all.runs.push_back({.seed = report.seed,
                        .seconds = report.elapsed.count(),
                        .attempts = report.attempts,
                        .first = report.base.first,
                        .second = report.base.second});
    all.report = run == 0 ? std::move(report) : surest_of(std::move(all.report), std::move(report));
  }
  return all;
}

std::string describe_spread(const std::vector<RunResult>& runs) {
  if (runs.size() < 2) return {};
  Spread first;
  Spread second;
  std::vector<double> seconds;
  for (const auto& run : runs) {
    seconds.push_back(run.seconds);
    if (run.first) {
      ++first.entries[run.first->entries];
      first.costs.push_back(run.first->penalty);
    } else {
      ++first.absent;
    }
    if (run.second) {
      ++second.entries[run.second->entries];
      second.costs.push_back(run.second->miss_cost);
    } else {
      ++second.absent;
    }
  }
  return describe(first, "L1 data") + describe(second, "L2 data") +
         "seconds: " + fixed(*std::ranges::min_element(seconds), 2) + " to " +
         fixed(*std::ranges::max_element(seconds), 2) + ", median " + fixed(median(seconds), 2) + "\n";
}

}  // namespace pageloupe::tlbprobe
