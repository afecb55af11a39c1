// SPDX-License-Identifier: MIT
// /proc/PID/net/tcp and tcp6: the TCP sockets of the process's network namespace; see proc(5).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

struct TcpAddress {
  // IPv4 as ::ffff:a.b.c.d, so that both ends of a connection compare.
  std::array<std::uint8_t, 16> bytes{};
  std::uint16_t port = 0;
  friend constexpr auto operator<=>(const TcpAddress&, const TcpAddress&) = default;
};

struct TcpSocket {
  TcpAddress local{};
  TcpAddress remote{};
  std::uint8_t state = 0;
  Bytes receive_queue{};  // come and not read; of one that listens, connections not accepted
  Bytes send_queue{};     // sent and not acknowledged
  std::uint64_t inode = 0;

  static constexpr std::uint8_t kListen = 10;
  [[nodiscard]] bool listens() const { return state == kListen; }
};

// Errors: malformed, with the line.
[[nodiscard]] Result<std::vector<TcpSocket>> parse_net_tcp(std::string_view text);

// "127.0.0.1:80", "[::1]:80".
[[nodiscard]] std::string to_text(const TcpAddress& address);

}  // namespace pageloupe
