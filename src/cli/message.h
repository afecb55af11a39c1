// SPDX-License-Identifier: MIT
// Talk goes to stderr, in one form; its strangers' bytes are escaped.
#pragma once

#include <string>
#include <string_view>

namespace pageloupe {

// "tool: message"; line ends within the message stay.
void complain(std::string_view tool, std::string_view message);

// Strangers' text as a part of a message: without line ends, which complain() takes for its own.
[[nodiscard]] std::string one_line(std::string_view text);

// Writes help or the version to stdout. The errno of a write that failed; 0 otherwise.
[[nodiscard]] int say(std::string_view text);

}  // namespace pageloupe
