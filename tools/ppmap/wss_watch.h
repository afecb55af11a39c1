// SPDX-License-Identifier: MIT
// --wss: what a process uses within a time.
#pragma once

#include <chrono>

#include "ppmap/process_head.h"
#include "ppmap/section_facts.h"

namespace pageloupe::ppmap {

// The file of the errors of --wss.
inline constexpr std::string_view kClearRefs = "clear_refs";

// Clears the marks of the process's pages, says so on stderr, and waits: until the time is over, the process
// has ended, or the user has seen enough. How long it was. Errors: denied, unsupported, gone, io.
[[nodiscard]] Result<std::chrono::nanoseconds> clear_and_wait(const ProcFs& procfs,
                                                              const OpenProcess& process,
                                                              std::chrono::nanoseconds most);

[[nodiscard]] SectionFacts wss_facts(std::chrono::nanoseconds watched);
// Of a process without memory.
[[nodiscard]] SectionFacts wss_facts_of_none();

}  // namespace pageloupe::ppmap
