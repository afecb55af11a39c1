// SPDX-License-Identifier: MIT
// A process and all below it.
#pragma once

#include <vector>

#include "proc/procfs.h"

namespace pageloupe {

// `root` first, then its descendants, ascending. Reads stat of all processes; those that end meanwhile are
// left out, `root` never.
[[nodiscard]] std::vector<Pid> descendants(const ProcFs& procfs, Pid root);

}  // namespace pageloupe
