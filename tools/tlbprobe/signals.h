// SPDX-License-Identifier: MIT
// Signals that end a run early, with what is known by then.
#pragma once

#include <atomic>

#include "probe/hugepage_pool.h"

namespace pageloupe::tlbprobe {

// SIGINT, SIGTERM and SIGHUP set the flag and set the pools back; the second one of a kind ends the program.
[[nodiscard]] const std::atomic<bool>& catch_signals();

// The pool is set back by the handlers too, as long as this lives. Room for two.
class RestoredOnSignal {
 public:
  explicit RestoredOnSignal(const HugepagePool& pool);
  RestoredOnSignal(const RestoredOnSignal&) = delete;
  RestoredOnSignal& operator=(const RestoredOnSignal&) = delete;
  ~RestoredOnSignal();

 private:
  std::atomic<const HugepagePool*>* place_ = nullptr;
};

}  // namespace pageloupe::tlbprobe
