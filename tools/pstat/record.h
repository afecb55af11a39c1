// SPDX-License-Identifier: MIT
// Samples of the chosen processes into a recording.
#pragma once

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// What is read of each process whatever columns are asked for: it costs what `ps aux` does, and answers most
// of what one asks afterwards. PSS and others that walk page tables are recorded where -o names them.
inline constexpr SourceSet kRecordedFiles = Source::stat | Source::statm | Source::status | Source::owner |
                                            Source::cmdline | Source::cgroup | Source::io | Source::oom_score;

// Once, or again and again until the count is reached or a signal comes. Returns the exit code: 0; 1 when
// nothing could be read or written, 2 for an unknown column.
[[nodiscard]] int record_processes(const Request& request, const ProcFs& procfs);

}  // namespace pageloupe::pstat
