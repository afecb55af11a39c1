// SPDX-License-Identifier: MIT
// What the mains of all tools have in common.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proc/procfs.h"
#include "render/output.h"

namespace pageloupe {

// Runs a tool with descriptors 0 to 2 taken, with the terminal's locale, without SIGPIPE and SIGXFSZ, and
// with the rights of its caller (see rights.h); what is thrown is said, and exit code 1.
[[nodiscard]] int run_tool(std::string_view tool, std::span<char* const> arguments,
                           int (*run)(std::span<char* const> arguments));

// Says what is wrong with the command line and where to read on; exit code 2.
[[nodiscard]] int fail_usage(std::string_view tool, const std::string& message);

// The exit code once all is written: a reader that went away is no failure, any other is said and is 1.
[[nodiscard]] int finish(std::string_view tool, const Output& output, int exit_code);

// Asks what may not be answered; says so where no thread can be started for it.
[[nodiscard]] std::shared_ptr<Guard> make_guard(std::string_view tool);

// /proc, with all rights that there are, or a captured one, with the caller's, and with that Guard; nothing
// after saying why it cannot be opened.
[[nodiscard]] std::optional<ProcFs> open_procfs(std::string_view tool, const std::string& root,
                                                const std::shared_ptr<Guard>& guard);

}  // namespace pageloupe
