// SPDX-License-Identifier: MIT
// Talk goes to stderr, in one form; its strangers' bytes are escaped.
#pragma once

#include <string_view>

namespace pageloupe {

// "tool: message"; line ends within the message stay.
void complain(std::string_view tool, std::string_view message);

// Writes help or the version to stdout. The errno of a write that failed; 0 otherwise.
[[nodiscard]] int say(std::string_view text);

}  // namespace pageloupe
