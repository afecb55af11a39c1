// SPDX-License-Identifier: MIT
// Where a run stands, on stderr.
#pragma once

#include "probe/geometry.h"

namespace pageloupe::tlbprobe {

struct ProgressStyle {
  bool line = false;     // one line that is written over: for a terminal
  bool verbose = false;  // a line for everything that a stage saw
};

class Progress {
 public:
  explicit Progress(ProgressStyle style) : style_(style) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  // Valid as long as this.
  [[nodiscard]] Observer observer();
  // Takes the line away.
  void clear();

 private:
  ProgressStyle style_;
  bool shown_ = false;
};

}  // namespace pageloupe::tlbprobe
