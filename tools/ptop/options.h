// SPDX-License-Identifier: MIT
// The options of ptop, and what they ask for once they have been checked.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "field/filter.h"
#include "ptop/settings.h"

namespace pageloupe::ptop {

// As the parser fills it in.
struct Options {
  SettingOptions settings{};
  std::vector<std::string> pids{};
  std::optional<std::string> user{};
  std::optional<std::string> filter{};
  std::optional<std::string> count{};
  std::optional<std::string> describe{};  // for the build
  bool readonly = false;
  bool list_columns = false;
  std::string proc_root = "/proc";
};

[[nodiscard]] CommandLine::About about();
void add_options(CommandLine& line, Options& options);

struct Request {
  Settings settings{};
  std::vector<Pid> only{};
  std::optional<std::uint32_t> uid{};
  bool other_users = false;
  std::optional<std::string> filter{};  // is an expression over process_fields()
  std::optional<std::uint64_t> count{};
  bool readonly = false;
  bool list_columns = false;
  std::string proc_root = "/proc";
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<Request, std::string> make_request(const Options& options);

}  // namespace pageloupe::ptop
