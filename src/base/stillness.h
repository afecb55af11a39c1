// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <sys/types.h>

namespace pageloupe {

// Tells a thread that works, or waits for its turn on a CPU, from one that sleeps and gets nowhere: what is
// large is waited for as long as it takes.
class Stillness {
 public:
  // Longer than any answer of the kernel takes to come that is not being worked on.
  static constexpr std::chrono::milliseconds kStill{333};
  // How often it is to be looked at.
  static constexpr std::chrono::milliseconds kLook{40};

  // Whether that thread, or a process of one, has slept since at least kStill without using the CPU, as far
  // as was looked. Not as long as there is none: 0.
  [[nodiscard]] bool looks_stuck(pid_t thread);

 private:
  std::int64_t cpu_time_ = -1;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace pageloupe
