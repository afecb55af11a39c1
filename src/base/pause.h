// SPDX-License-Identifier: MIT
// A rest between two samples.
#pragma once

#include <cerrno>
#include <chrono>
#include <time.h>

namespace pageloupe {

// Sleeps through signals.
inline void sleep_for(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  timespec left{seconds.count(), (duration - seconds).count()};
  while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

}  // namespace pageloupe
