// SPDX-License-Identifier: MIT
// Reading a whole text of the kernel, whose length nobody knows beforehand.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace pageloupe {

// Calls read(char* into, std::size_t room, std::size_t done) until the text has ended; the view is into
// `buffer`, which only grows. The error is errno.
//
// A file of one record is given whole. One of many (vmstat) comes in pieces of a page, each of which ends
// where the next record has no room in it; what is shorter than half of the smallest page was the last.
template <class Read>
[[nodiscard]] std::expected<std::string_view, int> read_text(std::string& buffer, Read read) {
  constexpr std::size_t kFirstSize = 16384;
  constexpr ssize_t kShortest = 2048;
  if (buffer.size() < kFirstSize) buffer.resize(kFirstSize);
  std::size_t used = 0;
  for (;;) {
    const ssize_t got = read(buffer.data() + used, buffer.size() - used, used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return std::unexpected(errno);
    }
    used += static_cast<std::size_t>(got);
    if (used == buffer.size()) {
      buffer.resize(buffer.size() * 2);
    } else if (got < kShortest) {
      return std::string_view(buffer).substr(0, used);
    }
  }
}

}  // namespace pageloupe
