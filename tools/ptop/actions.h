// SPDX-License-Identifier: MIT
// What ptop does to processes, with an answer for the footer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proc/procfs.h"
#include "ptop/line.h"
#include "sample/process_control.h"

namespace pageloupe::ptop {

struct ActionTarget {
  ControlTarget target{};
  std::string name{};  // as it was shown
};

struct ActionReport {
  std::size_t done = 0;
  std::size_t failed = 0;
  // "SIGTERM sent to 812 (bash)", "nice 5 for 3 processes; not for 1 (init): permission denied". Names in it
  // are strangers' bytes.
  std::string text{};

  // How the footer shows it.
  [[nodiscard]] Paint paint() const { return failed == 0 ? Paint::plain : Paint::error; }
};

// Sends the signal to each of them; one that fails does not keep the others from it.
[[nodiscard]] ActionReport send_signal_to(const ProcFs& procfs, std::span<const ActionTarget> targets,
                                          int signal);

// Changes the nice value of each of them.
[[nodiscard]] ActionReport renice(const ProcFs& procfs, std::span<const ActionTarget> targets,
                                  NiceChange change);

// "10", "-5": that nice value; "+2": so much nicer than now. Nothing for another text or one past -20 to 19.
[[nodiscard]] std::optional<NiceChange> parse_nice(std::string_view text);

}  // namespace pageloupe::ptop
