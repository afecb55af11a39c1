// SPDX-License-Identifier: MIT
// NETLINK_SOCK_DIAG: UNIX sockets with their peers, which no file tells; see sock_diag(7).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct UnixSocket {
  std::uint64_t inode = 0;
  std::uint64_t peer = 0;  // 0: none, or none that is known
  bool listens = false;
  Bytes receive_queue{};  // come and not read; of one that listens, connections not accepted
  std::string name{};     // its address: a path, or "@name" of an abstract one; mostly empty
};

// Adds what a datagram of the kernel's holds; true when it is the last. Errors: malformed; denied,
// unsupported or io where the kernel's answer is an error.
[[nodiscard]] Result<bool> parse_unix_diag(std::span<const std::byte> datagram, std::vector<UnixSocket>& to);

// All UNIX sockets of this program's own network namespace. Errors: denied, unsupported (a kernel without
// CONFIG_UNIX_DIAG), io, malformed.
[[nodiscard]] Result<std::vector<UnixSocket>> ask_unix_sockets();

}  // namespace pageloupe
