// SPDX-License-Identifier: MIT
// Talk goes to stderr, in one form; its strangers' bytes are escaped.
#pragma once

#include <string>
#include <string_view>

namespace pageloupe {

// "tool: message". Line ends within the message stay, and what follows one is indented: no line but the first
// begins as a message does, whatever strangers put in.
void complain(std::string_view tool, std::string_view message);

// "tool: no memory", without asking for any.
void complain_of_no_memory(std::string_view tool);

// Strangers' text as a part of a message of one line.
[[nodiscard]] std::string one_line(std::string_view text);

// Writes help or the version to stdout. The errno of a write that failed; 0 otherwise.
[[nodiscard]] int say(std::string_view text);

}  // namespace pageloupe
