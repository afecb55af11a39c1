// SPDX-License-Identifier: MIT
// SIGINT, SIGTERM, SIGHUP and SIGXCPU end a recording between two samples, so that its last one is whole. A
// second one ends the program at once.
#pragma once

#include <chrono>

#include "base/unique_fd.h"

namespace pageloupe {

class EndSignals {
 public:
  EndSignals();
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  ~EndSignals();

  // Waits until that time; false as soon as a signal has come.
  [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point time) const;

 private:
  UniqueFd read_;
  UniqueFd write_;
};

}  // namespace pageloupe
