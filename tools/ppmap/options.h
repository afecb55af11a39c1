// SPDX-License-Identifier: MIT
// What ppmap was asked for.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "cli/report_options.h"
#include "record/record_options.h"

namespace pageloupe::ppmap {

struct Options {
  ReportOptions report{};
  std::vector<std::string> operands{};
  bool extended = false;  // -x
  int more = 0;           // -X, -XX
  bool device = false;    // -d
  bool show_path = false;
  bool quiet = false;
  bool limits = false;
  bool tlb = false;
  bool sharers = false;
  std::optional<std::string> tree{};
  bool diff = false;
  bool exit_code = false;
  bool explain = false;
  bool pages = false;
  bool gentle = false;
  bool numa = false;
  bool cost = false;
  std::optional<std::string> wss{};
  std::optional<std::string> faults{};
  std::optional<std::string> watch{};
  std::optional<std::string> count{};
  std::optional<std::string> picture{};  // up or down
  std::optional<std::string> svg{};
  std::optional<std::string> html{};
  std::optional<std::string> height{};
  std::string color = "auto";
  bool ascii = false;
  bool heat = false;
  std::optional<std::string> range{};
  std::optional<std::string> by{};
  RecordingOptions recording{};
  std::optional<std::string> delay{};
  std::optional<std::string> samples{};
  std::optional<std::string> describe{};  // for the build: schema, columns
};

// Of --by.
inline constexpr auto kGroupKeys = std::to_array<std::string_view>({"kind", "path", "perms"});

void add_options(CommandLine& line, Options& options);
[[nodiscard]] CommandLine::About about();

// Seconds as --faults and --watch take them, from 0.01 to a day; nothing for any other text.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_seconds(std::string_view text);

// Only mappings that reach into these addresses, both ends included.
struct AddressRange {
  Address low{};
  Address high{~std::uint64_t{0}};

  [[nodiscard]] bool touches(Address start, Address end) const { return start <= high && end > low; }
};

// "low" or "low,high" in hexadecimal, with or without 0x; nothing for any other text.
[[nodiscard]] std::optional<AddressRange> parse_range(std::string_view text);

// A PID from "123", "/proc/123" or "self"; the message otherwise.
[[nodiscard]] std::expected<Pid, std::string> parse_operand(std::string_view text,
                                                            const std::string& proc_root);

}  // namespace pageloupe::ppmap
