// SPDX-License-Identifier: MIT
// A process as a line of a recording, from the table of its slots.
#pragma once

#include "record/json_line.h"
#include "render/output.h"
#include "sample/process.h"

namespace pageloupe {

// What a process said, in 64 bits each: what changes from sample to sample, and what seldom does.
struct ProcessDigest {
  std::uint64_t changing = 0;
  std::uint64_t stable = 0;
};
[[nodiscard]] ProcessDigest digest_of(const Process& process);

// Appends {"record":"process",…} and the line's end. Slots that were not sampled have no member; those with a
// reason are null, and "errors" names it. `with_stable`: the slots that seldom change too. `files_at`: see
// RecordedProcess.
void append_process_line(Buffer& buffer, const Process& process, bool with_stable, Instant files_at = {});

// Takes what such a line says. Slots that it has no member for become not_sampled; those that seldom change
// stay as they were, unless the line is of another process than `process`. Members and slots that are not
// known here are passed over. Errors: malformed; then `process` is of no use.
[[nodiscard]] Result<void> apply_process_line(const JsonLine& line, Process& process);

// The process that a line is of.
[[nodiscard]] Result<Pid> pid_of_line(const JsonLine& line);

}  // namespace pageloupe
