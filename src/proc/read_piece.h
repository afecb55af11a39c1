// SPDX-License-Identifier: MIT
// One read of a text that comes in pieces.
#pragma once

#include <cerrno>
#include <unistd.h>

#include "base/error.h"

namespace pageloupe {

// The kernel gives no more than that of maps and smaps a read.
inline constexpr std::size_t kKernelPage = 4096;

// Returns how much was read; 0 at the end. Errors: gone, denied, io.
[[nodiscard]] inline Result<std::size_t> read_piece(int fd, char* into, std::size_t room) {
  for (;;) {
    const auto got = ::read(fd, into, room);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    const auto code = errno == ESRCH                      ? Errc::gone
                      : errno == EACCES || errno == EPERM ? Errc::denied
                                                          : Errc::io;
    return std::unexpected(Error{.code = code, .os_error = errno});
  }
}

}  // namespace pageloupe
