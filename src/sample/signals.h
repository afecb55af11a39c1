// SPDX-License-Identifier: MIT
// Signals by number and by name; see signal(7).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pageloupe {

// All signals of this system, ascending: the standard ones, then those of real time.
[[nodiscard]] std::vector<int> signal_numbers();

// "TERM", "RTMIN+3"; the number itself where there is no such signal.
[[nodiscard]] std::string signal_name(int number);

// What it is for; empty for a signal of real time, which has no meaning of its own.
[[nodiscard]] std::string_view signal_help(int number);

// "TERM", "sigterm", "15", "RTMIN+3", "SIGRTMAX-1": the number. Nothing for any other text, nor for 0.
[[nodiscard]] std::optional<int> parse_signal(std::string_view text);

}  // namespace pageloupe
