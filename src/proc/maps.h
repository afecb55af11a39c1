// SPDX-License-Identifier: MIT
// /proc/PID/maps, and the first line of each record of /proc/PID/smaps; see proc(5).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct Perms {
  bool read = false;
  bool write = false;
  bool execute = false;
  bool shared = false;

  [[nodiscard]] constexpr std::array<char, 4> letters() const {
    return {read ? 'r' : '-', write ? 'w' : '-', execute ? 'x' : '-', shared ? 's' : 'p'};
  }
  [[nodiscard]] constexpr bool none() const { return !read && !write && !execute; }
  friend constexpr auto operator<=>(const Perms&, const Perms&) = default;
};

// A virtual memory area: what one line of maps says.
struct Vma {
  Address start{};
  Address end{};
  Perms perms{};
  Bytes offset{};
  Device device{};
  std::uint64_t inode = 0;
  // The kernel's bytes: a path (newline as \012, " (deleted)" behind it), "[heap]", "[anon:…]"; empty for
  // anonymous memory without a name.
  std::string name{};

  [[nodiscard]] Bytes size() const { return end - start; }
  [[nodiscard]] bool anonymous() const { return inode == 0 && (name.empty() || name.front() == '['); }
};

// Fills `vma` from a line without its newline; its name keeps its capacity. False when the line has another
// shape.
[[nodiscard]] bool parse_maps_line(std::string_view line, Vma& vma);

}  // namespace pageloupe
