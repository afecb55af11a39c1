// SPDX-License-Identifier: MIT
// Who keeps what a process shares, once that process ends: the last step of sharers.h.
#pragma once

#include "proc/procfs.h"
#include "sample/sharers.h"

namespace pageloupe {

// Fills keeper, holder, descriptor and freed of each object. Reads sysvipc/shm where there is a segment, and
// the descriptors of all processes but `leader` where memory without a name is mapped by nobody else.
// Descriptors on their way through a socket are not seen.
void find_keepers(const ProcFs& procfs, Pid leader, Sharers& sharers);

}  // namespace pageloupe
