// SPDX-License-Identifier: MIT
// Signals as something to wait for beside keys.
#pragma once

#include "base/unique_fd.h"

namespace pageloupe::ptop {

// SIGTERM, SIGHUP, SIGINT, SIGQUIT and SIGXCPU ask the program to end: they make fd() readable. One that is
// not answered in two seconds, because the terminal takes nothing any more, ends the program with the
// terminal given back, however many follow it. So does a fatal signal, at once. To be made before the
// terminal is taken; the handlers stay, for what comes while the program ends.
class TerminationSignals {
 public:
  TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;
  ~TerminationSignals();

  [[nodiscard]] int fd() const { return read_.get(); }
  // The signal that came; 0 where none did.
  [[nodiscard]] static int caught();

 private:
  UniqueFd read_;
  UniqueFd write_;
};

}  // namespace pageloupe::ptop
