// SPDX-License-Identifier: MIT
// What the documentation is made of.
#pragma once

#include "cli/command_line.h"
#include "render/output.h"

namespace pageloupe::ppmap {

// "schema", "schema-VIEW", "columns", "columns-VIEW", "options" or "completion". Returns an exit code.
[[nodiscard]] int describe(const std::string& what, const CommandLine& line, Output& output);

}  // namespace pageloupe::ppmap
