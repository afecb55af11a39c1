// SPDX-License-Identifier: MIT
// Why the counters of a row say nothing, or not all: in a cell, and in words.
#pragma once

#include <string>
#include <string_view>

#include "sample/process_counters.h"

namespace pageloupe::ptop {

// In a cell: "no PMU", "no event", "no turn", "stuck", "no fds"; empty for reasons that are not of counters.
[[nodiscard]] std::string_view counter_reason(Errc code);

// In the line of what is on the screen, of the process under the cursor: the first reason of a counter that
// it has not, what helps where it was denied, and whether the kernel's part is not seen. Empty where there is
// nothing to be said.
[[nodiscard]] std::string counter_note(const Process& process, const perf::Machine& machine);

}  // namespace pageloupe::ptop
