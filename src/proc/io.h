// SPDX-License-Identifier: MIT
// /proc/PID/io and /proc/PID/task/TID/io; see proc(5). Read by who may trace the process. Never blocks, 6 µs.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// Since the process began; of a process, its ended threads and the children it waited for are part of it.
struct PidIo {
  Bytes rchar{};  // passed to read(2) and the like, from wherever: page cache, pipes, terminals
  Bytes wchar{};
  std::uint64_t syscr = 0;  // system calls
  std::uint64_t syscw = 0;
  Bytes read_bytes{};             // fetched from storage on behalf of the process
  Bytes write_bytes{};            // dirtied in the page cache, to be written later
  Bytes cancelled_write_bytes{};  // of those, what was dropped before it was written
};

// Errors: malformed, with its line; also when a key is missing. Keys that are not known are passed over.
[[nodiscard]] Result<PidIo> parse_io(std::string_view text);

}  // namespace pageloupe
