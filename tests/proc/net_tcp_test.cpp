// SPDX-License-Identifier: MIT
#include "proc/net_tcp.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr std::string_view kHeading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
constexpr std::string_view kHeading6 =
    "  sl  local_address                         remote_address                        st tx_queue rx_queue "
    "tr "
    "tm->when retrnsmt   uid  timeout inode\n";

std::vector<TcpSocket> parse(std::string_view heading, std::string_view lines) {
  const auto sockets = parse_net_tcp(std::string(heading).append(lines));
  REQUIRE(sockets);
  return *sockets;
}

TEST_CASE("addresses of net/tcp are words of this machine's order, ports are not", "[proc]") {
  const auto sockets = parse(kHeading,
                             "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000002 00:00000000 00000000    "
                             " 0        0 1518 1 0 100 0 0 10 0\n"
                             "   1: 0100007F:A96D 0100007F:1F90 01 00000005:0000000C 00:00000000 00000000    "
                             " 0        0 821 1 0 20 4 30 10 -1\n");
  REQUIRE(sockets.size() == 2);
  CHECK(sockets[0].listens());
  CHECK(to_text(sockets[0].local) == "127.0.0.1:8080");
  CHECK(sockets[0].receive_queue == Bytes{2});
  CHECK(to_text(sockets[1].remote) == "127.0.0.1:8080");
  CHECK(sockets[1].send_queue == Bytes{5});
  CHECK(sockets[1].receive_queue == Bytes{12});
  CHECK(sockets[1].inode == 821);
}

TEST_CASE("an address of tcp6 that is one of IPv4 equals that of tcp", "[proc]") {
  const auto four =
      parse(kHeading, "   0: 0100007F:1F90 0100007F:0001 01 0:0 00:00000000 00000000     0        0 1 1\n");
  const auto six = parse(kHeading6,
                         "   0: 0000000000000000FFFF00000100007F:0001 0000000000000000FFFF00000100007F:1F90 "
                         "01 0:0 00:0 0 0 0 2 1\n"
                         "   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 "
                         "0A 0:0 00:0 0 0 0 3 1\n");
  CHECK(four[0].local == six[0].remote);
  CHECK(four[0].remote == six[0].local);
  CHECK(to_text(six[1].local) == "[::1]:80");
}

TEST_CASE("a cut line of net/tcp is malformed and names its line", "[proc]") {
  const auto cut = parse_net_tcp(std::string(kHeading) + "   0: 0100007F:1F90 00000000:0000 0A 0000\n");
  REQUIRE_FALSE(cut);
  CHECK(cut.error().line == 2);
  CHECK_FALSE(parse_net_tcp(""));
  CHECK_FALSE(parse_net_tcp(std::string(kHeading) + "   0: 010000:1F90 00000000:0000 0A 0:0 0:0 0 0 0 1\n"));
}

}  // namespace
}  // namespace pageloupe
