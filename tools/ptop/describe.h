// SPDX-License-Identifier: MIT
// What ptop says of itself to the build: its man page is made of it.
#pragma once

#include <string>

#include "cli/command_line.h"
#include "render/output.h"

namespace pageloupe::ptop {

// `what` is options, keys or columns. Returns the exit code.
[[nodiscard]] int describe(const std::string& what, const CommandLine& line, Output& output);

}  // namespace pageloupe::ptop
