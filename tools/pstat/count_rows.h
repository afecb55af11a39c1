// SPDX-License-Identifier: MIT
// The rows of --count: an event each, with what its number means and why there is none.
#pragma once

#include <string>
#include <vector>

#include "pstat/count_targets.h"
#include "render/writer.h"

namespace pageloupe::pstat {

struct CountRow {
  const CountUnit* unit = nullptr;
  perf::Event event{};
  std::string_view pmu{};  // one kind of core; empty for all together
  perf::Cell<std::uint64_t> count = std::unexpected(Errc::not_sampled);
  perf::Cell<Number> per_thousand = std::unexpected(Errc::not_applicable);
  perf::Cell<Percent> running = std::unexpected(Errc::not_applicable);
  perf::Cell<Percent> coverage = std::unexpected(Errc::not_applicable);
  bool user_only = false;
  std::string note{};  // for people
};

// The rows of one unit: for each event one, on a machine with several kinds of core one for each kind before
// that of all.
void add_rows(const CountUnit& unit, const CountRequest& request, const perf::Machine& machine,
              std::vector<CountRow>& rows);

// All columns; `seconds` is what rates are per.
[[nodiscard]] std::vector<Value> values_of(const CountRow& row, double seconds);

// What a table shows of them: the thread where each is counted for itself, the PMU where there are several.
[[nodiscard]] std::vector<std::size_t> table_columns(bool per_thread, bool hybrid);

}  // namespace pageloupe::pstat
