// SPDX-License-Identifier: MIT
// What could not be read for want of permission, summed up in one line.
#pragma once

#include <vector>

#include "pstat/shown.h"
#include "render/writer.h"

namespace pageloupe::pstat {

class Denials {
 public:
  void clear();
  void count(const Shown& shown, std::span<const Value> values);
  [[nodiscard]] bool any() const;

  // "pss, uss: 312 of 340 processes denied; run as root to see them", on stderr, and as problems.
  void report(const Shown& shown, std::vector<Problem>& problems) const;

 private:
  std::vector<std::uint64_t> denied_;  // for each column shown
  std::uint64_t rows_ = 0;
};

}  // namespace pageloupe::pstat
