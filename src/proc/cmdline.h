// SPDX-License-Identifier: MIT
// /proc/PID/cmdline; see proc(5). Takes the target's mmap_lock and touches its memory.
#pragma once

#include <string>
#include <string_view>

namespace pageloupe {

// The arguments with blanks between them, raw bytes; empty for a kernel thread or a zombie. A process that
// rewrites its title (setproctitle) leaves padding behind, which is cut.
[[nodiscard]] std::string join_arguments(std::string_view cmdline);

// The same within a text that keeps its memory.
void join_arguments_in(std::string& cmdline);

}  // namespace pageloupe
