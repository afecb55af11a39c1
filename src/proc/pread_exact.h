// SPDX-License-Identifier: MIT
// Reading records of eight bytes at a place of a binary file of /proc.
#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string_view>
#include <unistd.h>

#include "base/error.h"

namespace pageloupe {

// What errno means of a file that is open, or that was to be opened at the root of /proc.
[[nodiscard]] constexpr Errc meaning_of(int os_error) {
  switch (os_error) {
    case ENOENT:
    case ENOTTY:
    case EINVAL:
    case EOPNOTSUPP: return Errc::unsupported;
    case ESRCH: return Errc::gone;
    case EACCES:
    case EPERM: return Errc::denied;
    default: return Errc::io;
  }
}

[[nodiscard]] inline std::unexpected<Error> os_failure(int os_error, std::string_view file) {
  return std::unexpected(Error{.code = meaning_of(os_error), .os_error = os_error, .file = file});
}

// Fills `words` from the word `first` of the file on; returns how many there were before its end.
[[nodiscard]] inline Result<std::size_t> pread_words(int fd, std::uint64_t first,
                                                     std::span<std::uint64_t> words, std::string_view file) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::size_t done = 0;
  while (done < words.size()) {
    const auto rest = words.subspan(done);
    const auto got = ::pread(fd, rest.data(), rest.size_bytes(), static_cast<off_t>((first + done) * kWord));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_failure(errno, file);
    if (static_cast<std::size_t>(got) < kWord) break;
    done += static_cast<std::size_t>(got) / kWord;
  }
  return done;
}

}  // namespace pageloupe
