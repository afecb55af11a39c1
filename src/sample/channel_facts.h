// SPDX-License-Identifier: MIT
// What channels.h is told of a set of processes.
#pragma once

#include <span>

#include "proc/procfs.h"
#include "sample/channels.h"

namespace pageloupe {

struct ChannelReading {
  ChannelFacts facts{};
  struct Unread {
    Pid pid{};
    Error error{};
  };
  std::vector<Unread> unread{};    // of the set, whose descriptors or maps may not be read
  std::size_t outside_denied = 0;  // others, which may hold further ends
};

// Reads fd, fdinfo and maps of each process of the set, the links in fd of all others, net/tcp and net/tcp6
// of each network namespace of the set, the UNIX sockets of this program's own, locks, and sysvipc.
//
// What waits in a pipe is asked of a read end that is opened once more, without blocking, and closed at once:
// nothing is read, nobody is woken, and there is a reader more for that moment only.
[[nodiscard]] ChannelReading read_channels(const ProcFs& procfs, std::span<const Pid> set);

}  // namespace pageloupe
