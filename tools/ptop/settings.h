// SPDX-License-Identifier: MIT
// What a person can change while ptop runs, and save.
#pragma once

#include <array>
#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "ptop/column_sets.h"
#include "ptop/meters.h"

namespace pageloupe::ptop {

// A set of columns as it is used: its columns and its order may have been changed.
struct SetSettings {
  std::string columns{};
  std::string sort{};  // '-' before it: descending
};

// Texts, as options and the file of settings have them.
struct SettingOptions {
  std::string set{kColumnSets.front().name};
  std::array<SetSettings, kColumnSets.size()> sets{};
  std::string delay = "3";
  std::string scale{};  // empty: human, in batch mode k as in top
  std::string summary_scale = "h";
  std::string cpu_meter = "bars";
  std::string memory_meter = "bars";
  std::string window = "60";
  bool tree = false;
  bool sums = false;
  bool threads = false;
  bool no_kernel = false;
  bool no_idle = false;
  bool whole_command = false;
  bool solaris = false;
  bool per_core = false;
  bool no_load = false;
  bool no_color = false;
};

// Adds them as options, with the columns of the sets filled in.
void add_setting_options(CommandLine& line, SettingOptions& options);

struct Settings {
  std::size_t set = 0;
  std::array<SetSettings, kColumnSets.size()> sets{};
  std::chrono::nanoseconds delay{std::chrono::seconds{3}};
  std::chrono::nanoseconds window{std::chrono::seconds{60}};  // of slopes and trends
  MemoryScale scale = MemoryScale::human;
  MeterLayout meters{};
  bool tree = false;
  bool sums = false;
  bool threads = false;
  bool kernel = true;
  bool idle = true;
  bool whole_command = false;
  bool irix = true;  // CPU as a share of one; else of all
  bool color = true;

  [[nodiscard]] SetSettings& shown() { return sets[set]; }
  [[nodiscard]] const SetSettings& shown() const { return sets[set]; }
  [[nodiscard]] ColumnChoice choice(int pid_digits) const {
    return {.whole_command = whole_command, .threads = threads, .pid_digits = pid_digits};
  }
};

// Errors: a message for the user.
[[nodiscard]] std::expected<Settings, std::string> make_settings(const SettingOptions& options);

// As the file of settings holds them: lines of NAME = VALUE.
[[nodiscard]] std::string settings_text(const Settings& settings);

// "1.5", "500ms", "2s", "1m". Nothing for what is no time, or below `least`.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_delay(std::string_view text,
                                                                  std::chrono::nanoseconds least);

// $XDG_CONFIG_HOME/pageloupe/ptop.toml, below ~/.config where that is not set; nothing where neither is
// known, or the program runs with rights that its caller has not.
[[nodiscard]] std::optional<std::string> settings_path();

// Writes the file anew, by way of another one: it is whole at any time. Errors: a message for the user.
[[nodiscard]] std::expected<void, std::string> save_settings(const Settings& settings,
                                                             const std::string& path);

}  // namespace pageloupe::ptop
