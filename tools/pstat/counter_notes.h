// SPDX-License-Identifier: MIT
// What must be known of the counters in a listing, beside their cells: why there are none, and what they do
// not see.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pstat/shown.h"
#include "render/writer.h"
#include "sample/process_counters.h"

namespace pageloupe::pstat {

class CounterNotes {
 public:
  void clear();
  void count(const Shown& shown, const ProcessRow& row, std::span<const Value> values);

  // A sentence for each, on stderr and as a problem. No reason of these is a failure: the exit code is the
  // same as with a PMU. `counters` may be nullptr, where no column needs any.
  void report(const Shown& shown, const ProcessCounters* counters, std::vector<Problem>& problems) const;

 private:
  std::map<Errc, std::vector<std::uint64_t>> absent_;  // for each column shown
  std::uint64_t rows_ = 0;
  std::uint64_t user_only_ = 0;
  std::uint64_t partial_ = 0;
};

}  // namespace pageloupe::pstat
