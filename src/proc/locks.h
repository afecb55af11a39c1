// SPDX-License-Identifier: MIT
// /proc/locks: locks of files, and who waits for them; see proc(5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct FileLock {
  std::uint64_t number = 0;  // waiters have that of the lock that they wait for
  bool waits = false;
  std::string type{};  // the kernel's word: FLOCK, POSIX, OFDLCK, LEASE, DELEG
  bool writes = false;
  Pid pid{};  // whose; -1 of OFDLCK, 0 outside of this PID namespace
  Device device{};
  std::uint64_t inode = 0;
};

// Errors: malformed, with the line.
[[nodiscard]] Result<std::vector<FileLock>> parse_locks(std::string_view text);

}  // namespace pageloupe
