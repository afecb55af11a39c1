// SPDX-License-Identifier: MIT
// System V queues and semaphores that processes of a set used last: the kernel keeps no other trace of who
// uses them.
#pragma once

#include <span>
#include <vector>

#include "proc/procfs.h"
#include "sample/channels.h"

namespace pageloupe {

// `set` ascending. Of this program's own IPC namespace, and of the live machine only: who used a semaphore
// last is told by semctl(2), which changes nothing. Sets of more than 64 semaphores are looked at no further.
[[nodiscard]] std::vector<SysvUse> read_sysv_uses(const ProcFs& procfs, std::span<const Pid> set);

}  // namespace pageloupe
