// SPDX-License-Identifier: MIT
// What the documentation is made of.
#pragma once

#include "cli/command_line.h"
#include "render/output.h"

namespace pageloupe::pstat {

// "schema", "schema-stream", "schema-footprint", "schema-cow", "columns", "options" or "completion". Returns
// an exit code.
[[nodiscard]] int describe(const std::string& what, const CommandLine& line, Output& output);

}  // namespace pageloupe::pstat
