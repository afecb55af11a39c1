// SPDX-License-Identifier: MIT
// Names of users, groups and terminals to the numbers that the kernel knows them by.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/guard.h"

namespace pageloupe::pstat {

// The machine's answers, as functions, so that a captured or invented one can stand in.
struct Accounts {
  std::function<std::optional<std::uint32_t>(const std::string&)> user{};
  std::function<std::optional<std::uint32_t>(const std::string&)> group{};
  std::function<std::optional<std::int32_t>(const std::string&)>
      device{};                                            // of a terminal's path, as in stat
  std::function<std::vector<std::string>()> user_names{};  // to guess what was meant
  std::function<std::vector<std::string>()> group_names{};
  // Becomes true when one was asked for and the service that knows did not answer. May be none.
  std::shared_ptr<bool> unanswered{};

  [[nodiscard]] bool hang() const { return unanswered && *unanswered; }
};

// This machine's: getpwnam_r, getgrnam_r, stat(2). With a Guard what does not answer keeps nobody waiting.
[[nodiscard]] Accounts system_accounts(const std::shared_ptr<Guard>& guard = nullptr);

}  // namespace pageloupe::pstat
