// SPDX-License-Identifier: MIT
// What the documentation is made of.
#pragma once

#include <string>

#include "cli/command_line.h"
#include "render/output.h"

namespace pageloupe::tlbprobe {

// "schema", "schema-reach", "columns", "columns-reach" or "options". Returns an exit code.
[[nodiscard]] int describe(const std::string& what, const CommandLine& line, Output& output);

}  // namespace pageloupe::tlbprobe
