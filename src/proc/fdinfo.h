// SPDX-License-Identifier: MIT
// /proc/PID/fdinfo/FD: how a file is open, and what the kernel says of it; see proc(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct FdInfo {
  std::uint32_t flags = 0;  // of open(2)
  std::optional<std::uint64_t> eventfd_count{};
  std::optional<std::uint64_t> eventfd_id{};  // one number for all descriptors of it; since Linux 5.2
  std::optional<Pid> pid{};                   // of a pidfd: whose; -1 when it has ended
  std::vector<std::int32_t> watched{};        // of an epoll: descriptors of the process that added them
  std::uint64_t inotify_watches = 0;
  std::optional<std::uint64_t> timer_ticks{};

  enum class Access : std::uint8_t { read, write, both };
  [[nodiscard]] Access access() const {
    return (flags & 3U) == 0 ? Access::read : (flags & 3U) == 1 ? Access::write : Access::both;
  }
};

// Lines of other keys are passed over. Errors: malformed, where there are no flags or a number is none.
[[nodiscard]] Result<FdInfo> parse_fdinfo(std::string_view text);

// "pipe:[1234]" or "socket:[1234]" with that word before it; nothing for any other text.
[[nodiscard]] std::optional<std::uint64_t> bracketed_number(std::string_view link, std::string_view word);

}  // namespace pageloupe
