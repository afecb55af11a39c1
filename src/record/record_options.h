// SPDX-License-Identifier: MIT
// The options by which tools record and replay.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "cli/command_line.h"
#include "record/writer.h"

namespace pageloupe {

// As the parser fills it in.
struct RecordingOptions {
  std::optional<std::string> record{};  // FILE
  std::optional<std::string> size{};
  std::optional<std::string> age{};
  std::optional<std::string> keep{};
  std::optional<std::string> replay{};  // FILE
  std::optional<std::string> at{};
};

// Adds --record, --record-size, --record-age, --record-keep, --replay, --at.
void add_recording_options(CommandLine& line, RecordingOptions& options);

// What they ask for, once they have been checked.
struct RecordingRequest {
  std::optional<std::string> record{};
  RecordingLimits limits{};
  std::optional<std::string> replay{};
  std::optional<std::string> at{};  // a text for parse_when()
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<RecordingRequest, std::string> make_recording_request(
    const RecordingOptions& options);

}  // namespace pageloupe
