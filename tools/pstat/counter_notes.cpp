// SPDX-License-Identifier: MIT
#include "pstat/counter_notes.h"

#include <algorithm>

#include "cli/message.h"

namespace pageloupe::pstat {
namespace {

bool is_counter(const Column& column) { return !counter_plan(column.origin.files).empty(); }

// Reasons that are about counters; that a process did not run is nothing to be said.
bool is_of_counters(Errc code) {
  return code == Errc::no_pmu || code == Errc::event_missing || code == Errc::not_scheduled ||
         code == Errc::counter_stuck || code == Errc::no_descriptors || code == Errc::denied;
}

std::string rows_text(std::uint64_t count, std::uint64_t all) {
  return std::to_string(count) + " of " + std::to_string(all) + (all == 1 ? " row" : " rows");
}

}  // namespace

void CounterNotes::clear() { *this = {}; }

void CounterNotes::count(const Shown& shown, const ProcessRow& row, std::span<const Value> values) {
  ++rows_;
  const auto& columns = shown.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto* reason = std::get_if<Errc>(&values[i]);
    if (reason == nullptr || !is_of_counters(*reason) || !is_counter(*columns[i])) continue;
    auto& counts = absent_[*reason];
    counts.resize(columns.size());
    ++counts[i];
  }
  if (row.process.counters && row.process.counters->user_only) ++user_only_;
  if (row.before != nullptr && counted_in_part(row.process, *row.before)) ++partial_;
}

void CounterNotes::report(const Shown& shown, const ProcessCounters* counters,
                          std::vector<Problem>& problems) const {
  if (counters == nullptr) return;
  for (const auto& [code, counts] : absent_) {
    std::string names;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] != 0) names += (names.empty() ? "" : ", ") + std::string(shown.columns()[i]->name);
    }
    const auto most = std::ranges::max(counts);
    auto message = names + ": " + std::string(reason(code));
    if (most < rows_) message += ", " + rows_text(most, rows_);
    if (code == Errc::no_pmu) message += "; most virtual machines have none";
    if (code == Errc::event_missing && names.contains("tlb_flushes"))
      message += "; " + std::string(perf::kTlbFlushHelp);
    if (code == Errc::no_descriptors) message += "; show fewer processes or raise RLIMIT_NOFILE";
    complain("pstat",
             code == Errc::denied ? message + "; " + perf::denied_help(counters->machine()) : message);
    // What is denied is a problem of its own already.
    if (code != Errc::denied) problems.push_back({std::nullopt, names, code, message});
  }
  if (user_only_ != 0) {
    complain("pstat", "counters see user space only in " + rows_text(user_only_, rows_) + "; " +
                          perf::denied_help(counters->machine()) + " to see the kernel's part");
  }
  if (partial_ != 0) {
    complain("pstat", "counters saw less than 95% of the CPU time in " + rows_text(partial_, rows_) +
                          "; counter_coverage says how much");
  }
}

}  // namespace pageloupe::pstat
