// SPDX-License-Identifier: MIT
// The program that is run to be counted.
#pragma once

#include <csignal>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "base/units.h"

namespace pageloupe::pstat {

// A child that waits, then becomes the program. It is waited for when it goes.
class Program {
 public:
  // Forks. `mask` are the signals that the program starts with. Errors: errno.
  [[nodiscard]] static std::expected<Program, int> fork(const std::vector<std::string>& words,
                                                        const sigset_t& mask);
  Program(Program&& other) noexcept;
  Program& operator=(Program&&) = delete;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  [[nodiscard]] Pid pid() const { return pid_; }

  // Lets it run. The errno of execvp where it cannot.
  [[nodiscard]] std::expected<void, int> start();

  // Whether it has ended; reaps it then.
  [[nodiscard]] bool ended();

  // Its exit code once it has ended, 128 and the signal's number where one ended it.
  [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }

  void signal(int number) const;

 private:
  Program(Pid pid, UniqueFd go, UniqueFd failure)
      : pid_(pid), go_(std::move(go)), failure_(std::move(failure)) {}

  Pid pid_;
  UniqueFd go_;       // closing it lets the child run
  UniqueFd failure_;  // what execvp said, or nothing
  std::optional<int> exit_code_{};
};

}  // namespace pageloupe::pstat
