// SPDX-License-Identifier: MIT
// A file of a process that stays open and is read again and again: half the price of opening it each time. It
// belongs to one process for ever: once that has ended it answers `gone`, also when its PID was given again.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <unistd.h>

#include "proc/pread_exact.h"

namespace pageloupe {

// The whole of a short file (stat, statm, schedstat) from its beginning; the view is into `buffer`.
// Errors: gone, denied, unsupported, io.
[[nodiscard]] inline Result<std::string_view> read_again(int fd, std::string_view file, std::string& buffer) {
  constexpr std::size_t kShort = 4096;
  if (buffer.size() < kShort) buffer.resize(kShort);
  for (;;) {
    const auto got = ::pread(fd, buffer.data(), buffer.size(), 0);
    if (got >= 0) return std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
    if (errno != EINTR) return os_failure(errno, file);
  }
}

}  // namespace pageloupe
