// SPDX-License-Identifier: MIT
// What a recording says of the machine, and of what it does not hold.
#pragma once

#include <span>
#include <string>

#include "proc/procfs.h"
#include "record/recorded.h"

namespace pageloupe {

// The machine below that /proc. What cannot be read stays as it is by default.
[[nodiscard]] RecordingInfo recording_info(const ProcFs& procfs, std::string_view tool, Nanoseconds interval);

// Slots that were not sampled become not_recorded: nobody will ever sample them.
void mark_unrecorded(Process& process);

// "byte 812: the frame ends within a sample; 2 more places"; empty without damage.
[[nodiscard]] std::string damage_text(std::span<const Damage> damage);

}  // namespace pageloupe
