// SPDX-License-Identifier: MIT
// The options of ptop, and what they ask for once they have been checked.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/guard.h"
#include "cli/color.h"
#include "cli/command_line.h"
#include "cli/process_scan.h"
#include "field/filter.h"
#include "ptop/settings.h"
#include "record/record_options.h"
#include "render/writer.h"

namespace pageloupe::ptop {

// As the parser fills it in.
struct Options {
  SettingOptions settings{};
  std::vector<std::string> pids{};
  std::optional<std::string> user{};
  std::optional<std::string> filter{};
  std::optional<std::string> count{};
  std::optional<std::string> order{};
  std::optional<std::string> width{};  // empty: as wide as there is need
  std::optional<std::string> format{};
  std::optional<std::string> describe{};  // for the build
  RecordingOptions recording{};
  ScanOptions scan{};
  bool readonly = false;
  bool batch = false;
  bool json = false;
  bool list_columns = false;
  std::string color = "auto";
  std::string proc_root = "/proc";
};

// What it is called where it is installed.
[[nodiscard]] std::string_view tool_name() noexcept;
[[nodiscard]] CommandLine::About about();
void add_options(CommandLine& line, Options& options);

struct Request {
  Settings settings{};
  std::vector<Pid> only{};
  std::optional<std::uint32_t> uid{};
  bool other_users = false;
  std::optional<std::string> filter{};  // is an expression over process_fields()
  std::optional<std::uint64_t> count{};
  RecordingRequest recording{};
  ScanRequest scan{};
  std::optional<std::string> recorded_user{};  // in place of `uid`, where a recording is shown
  bool readonly = false;
  bool batch = false;
  Format format = Format::table;  // of batch mode
  std::size_t width = 80;         // of its lines
  bool list_columns = false;
  ColorWhen color = ColorWhen::automatic;
  std::string proc_root = "/proc";
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<Request, std::string> make_request(const Options& options,
                                                               Guard* guard = nullptr);

}  // namespace pageloupe::ptop
