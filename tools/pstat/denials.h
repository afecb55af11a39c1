// SPDX-License-Identifier: MIT
// What could not be read for want of permission or of an answer, or was not recorded, each summed up in one
// line.
#pragma once

#include <string>
#include <vector>

#include "pstat/shown.h"
#include "render/writer.h"

namespace pageloupe::pstat {

class Denials {
 public:
  void clear();
  void count(const Shown& shown, std::span<const Value> values);
  // Whether anything was denied, or did not answer.
  [[nodiscard]] bool any() const;

  // "pss, uss: 312 of 340 processes denied; run as root to see them", and the same of "not recorded" and "do
  // not answer", on stderr, and as problems.
  void report(const Shown& shown, std::vector<Problem>& problems) const;

 private:
  using Counts = std::vector<std::uint64_t>;  // for each column shown

  [[nodiscard]] bool only_counters(const Shown& shown) const;
  [[nodiscard]] std::string sum_up(const Shown& shown, const Counts& counts, Errc code,
                                   std::vector<Problem>& problems) const;

  Counts denied_;
  Counts blocked_;
  Counts unrecorded_;
  std::uint64_t rows_ = 0;
};

}  // namespace pageloupe::pstat
