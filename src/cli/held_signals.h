// SPDX-License-Identifier: MIT
// Ctrl-C that ends a measurement and not the report of it.
#pragma once

#include <csignal>
#include <ctime>

namespace pageloupe {

// SIGINT and SIGTERM wait while it lives.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    sigaddset(&held_, SIGINT);
    sigaddset(&held_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &held_, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  // The one that arrived since it was last asked; 0 for none.
  [[nodiscard]] int arrived() const {
    const timespec at_once{};
    const auto signal = ::sigtimedwait(&held_, nullptr, &at_once);
    return signal > 0 ? signal : 0;
  }

  // The mask to give a child.
  [[nodiscard]] const sigset_t& before() const { return before_; }

 private:
  sigset_t held_{};
  sigset_t before_{};
};

}  // namespace pageloupe
