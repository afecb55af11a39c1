// SPDX-License-Identifier: MIT
// /proc/PID/task/TID/syscall; see proc(5). Needs the right to attach with ptrace.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// The stack pointer of a thread that waits in the kernel.
// Errors: not_applicable for a thread that runs ("running"), malformed.
[[nodiscard]] Result<Address> parse_stack_pointer(std::string_view text);

}  // namespace pageloupe
