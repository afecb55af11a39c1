// SPDX-License-Identifier: MIT
// The keys for people: the help screen, and the same for the man page.
#pragma once

#include "ptop/line.h"
#include "render/output.h"

namespace pageloupe::ptop {

// How many lines there are, and those of a screen that begins with line `top`.
[[nodiscard]] std::size_t help_lines();
void add_help(Frame& frame, std::size_t top, Size size);

// As mdoc(7): a list for each section.
void append_keys_mdoc(Buffer& buffer);

}  // namespace pageloupe::ptop
