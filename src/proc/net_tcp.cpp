// SPDX-License-Identifier: MIT
#include "proc/net_tcp.h"

#include <algorithm>
#include <arpa/inet.h>
#include <bit>
#include <cstring>
#include <optional>
#include <span>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// The kernel prints each 32 bits of an address as a number of this machine's order.
bool parse_words(std::string_view hex, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    const auto word = to_number<std::uint32_t>(hex.substr(i * 2, 8), 16);
    if (!word) return false;
    std::memcpy(bytes.data() + i, &*word, sizeof *word);
  }
  return true;
}

// "0100007F:0050", or 32 digits before the colon.
bool parse_address(std::string_view text, TcpAddress& address) {
  const auto hex = take_until(text, ':');
  const auto port = to_number<std::uint16_t>(text, 16);
  if (!port) return false;
  address.port = *port;
  const std::span<std::uint8_t> bytes(address.bytes);
  if (hex.size() == 32) return parse_words(hex, bytes);
  if (hex.size() != 8) return false;
  std::ranges::copy(kMapped, bytes.begin());
  return parse_words(hex, bytes.subspan(kMapped.size()));
}

// "00000000:0000000C": to be sent, and to be read.
bool parse_queues(std::string_view text, TcpSocket& socket) {
  const auto send = to_number<std::uint64_t>(take_until(text, ':'), 16);
  const auto receive = to_number<std::uint64_t>(text, 16);
  if (!send || !receive) return false;
  socket.send_queue = Bytes{*send};
  socket.receive_queue = Bytes{*receive};
  return true;
}

// "  0: LOCAL REMOTE ST TX:RX TR:WHEN RETRNSMT UID TIMEOUT INODE …"
bool parse_line(std::string_view line, TcpSocket& socket) {
  const auto slot = take_word(line);
  if (!slot.ends_with(':')) return false;
  if (!parse_address(take_word(line), socket.local)) return false;
  if (!parse_address(take_word(line), socket.remote)) return false;
  const auto state = to_number<std::uint8_t>(take_word(line), 16);
  if (!state || !parse_queues(take_word(line), socket)) return false;
  socket.state = *state;
  for (int i = 0; i < 4; ++i) (void)take_word(line);
  const auto inode = to_number<std::uint64_t>(take_word(line));
  socket.inode = inode.value_or(0);
  return inode.has_value();
}

}  // namespace

Result<std::vector<TcpSocket>> parse_net_tcp(std::string_view text) {
  if (!trim(take_line(text)).starts_with("sl ")) return malformed("net/tcp", {}, 1);
  std::vector<TcpSocket> sockets;
  for (std::uint32_t line = 2; !text.empty(); ++line) {
    TcpSocket socket;
    if (!parse_line(take_line(text), socket)) return malformed("net/tcp", {}, line);
    sockets.push_back(socket);
  }
  return sockets;
}

std::string to_text(const TcpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v4 = std::ranges::equal(kMapped, std::span(address.bytes).first(kMapped.size()));
  const auto* const bytes = address.bytes.data() + (is_v4 ? kMapped.size() : 0);
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  const std::string_view shown(text.data());
  const auto port = ":" + std::to_string(address.port);
  return is_v4 ? std::string(shown) + port : "[" + std::string(shown) + "]" + port;
}

}  // namespace pageloupe
