// SPDX-License-Identifier: MIT
// The lists of ps's selection: items with commas or blanks between, checked and turned into numbers.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "base/units.h"
#include "pstat/accounts.h"
#include "pstat/selection.h"

namespace pageloupe::pstat {

// The lists of one option, which may be given more than once.
using Lists = std::span<const std::string>;

// Errors of all: a message for the user.
[[nodiscard]] std::expected<std::vector<Pid>, std::string> parse_pids(Lists lists);
[[nodiscard]] std::expected<std::vector<std::int32_t>, std::string> parse_ids(
    Lists lists);  // groups, sessions
[[nodiscard]] std::expected<std::vector<std::string>, std::string> parse_names(Lists lists);
[[nodiscard]] std::expected<std::vector<std::uint32_t>, std::string> parse_users(Lists lists,
                                                                                 const Accounts& accounts);
[[nodiscard]] std::expected<std::vector<std::uint32_t>, std::string> parse_groups(Lists lists,
                                                                                  const Accounts& accounts);
// "pts/0", "/dev/pts/0", "tty1" or "1"; "?" and "-" for none. Device numbers as in stat.
[[nodiscard]] std::expected<std::vector<std::int32_t>, std::string> parse_ttys(Lists lists,
                                                                               const Accounts& accounts);

// One PID, as the options take it that are about one process.
[[nodiscard]] std::expected<Pid, std::string> parse_pid(std::string_view text);

}  // namespace pageloupe::pstat
