// SPDX-License-Identifier: MIT
#include "proc/sock_diag.h"

#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/unique_fd.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

// Datagrams as the kernel writes them.
class Datagram {
 public:
  template <class T>
  void add(const T& value) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
  }
  void message(std::uint16_t type, std::uint32_t body_size) {
    add(nlmsghdr{static_cast<std::uint32_t>(sizeof(nlmsghdr)) + body_size, type, 0, 1, 0});
  }
  void attribute(unsigned short type, std::string_view text) {
    add(rtattr{static_cast<unsigned short>(sizeof(rtattr) + text.size()), type});
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
    while (bytes_.size() % 4 != 0) bytes_.push_back({});
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_{};
};

std::string number(std::uint32_t value) {
  std::string text(sizeof value, '\0');
  std::memcpy(text.data(), &value, sizeof value);
  return text;
}

Datagram connected_and_listening() {
  Datagram datagram;
  datagram.message(SOCK_DIAG_BY_FAMILY, sizeof(unix_diag_msg) + 8 + 12);
  datagram.add(unix_diag_msg{AF_UNIX, SOCK_STREAM, 1, 0, 100, {0, 0}});
  datagram.attribute(UNIX_DIAG_PEER, number(101));
  datagram.attribute(UNIX_DIAG_RQLEN, number(27) + number(0));
  datagram.message(SOCK_DIAG_BY_FAMILY, sizeof(unix_diag_msg) + 12);
  datagram.add(unix_diag_msg{AF_UNIX, SOCK_STREAM, 10, 0, 102, {0, 0}});
  datagram.attribute(UNIX_DIAG_NAME, std::string_view("\0abs\nx", 6));
  return datagram;
}

TEST_CASE("a UNIX socket has its peer, what waits in it, and its name", "[proc]") {
  std::vector<UnixSocket> sockets;
  const auto datagram = connected_and_listening();
  const auto last = parse_unix_diag(datagram.bytes(), sockets);
  REQUIRE(last);
  CHECK_FALSE(*last);
  REQUIRE(sockets.size() == 2);
  CHECK(sockets[0].inode == 100);
  CHECK(sockets[0].peer == 101);
  CHECK(sockets[0].receive_queue == Bytes{27});
  CHECK_FALSE(sockets[0].listens);
  CHECK(sockets[1].listens);
  CHECK(sockets[1].name == "@abs\nx");
  CHECK(sockets[1].peer == 0);
}

TEST_CASE("every cut datagram is malformed or the sockets before the cut", "[proc]") {
  const auto datagram = connected_and_listening();
  for (std::size_t size = 0; size < datagram.bytes().size(); ++size) {
    std::vector<UnixSocket> sockets;
    (void)parse_unix_diag(datagram.bytes().first(size), sockets);
    CHECK(sockets.size() <= 1);
  }
}

TEST_CASE("the end of an answer and an error of the kernel are told apart", "[proc]") {
  std::vector<UnixSocket> sockets;
  Datagram end;
  end.message(NLMSG_DONE, 4);
  end.add(std::uint32_t{0});
  CHECK(parse_unix_diag(end.bytes(), sockets) == true);
  Datagram refused;
  refused.message(NLMSG_ERROR, 4);
  refused.add(-ENOENT);
  CHECK(parse_unix_diag(refused.bytes(), sockets).error().code == Errc::unsupported);
  Datagram denied;
  denied.message(NLMSG_ERROR, 4);
  denied.add(-EPERM);
  CHECK(parse_unix_diag(denied.bytes(), sockets).error().code == Errc::denied);
}

TEST_CASE("the kernel tells the peer of a socket pair", "[proc]") {
  const auto all = ask_unix_sockets();
  if (!all && all.error().code == Errc::unsupported) return;
  int pair[2] = {-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  const UniqueFd one(pair[0]);
  const UniqueFd other(pair[1]);
  REQUIRE(::send(one.get(), "hello", 5, 0) == 5);
  struct stat of_one{};
  struct stat of_other{};
  REQUIRE(::fstat(one.get(), &of_one) == 0);
  REQUIRE(::fstat(other.get(), &of_other) == 0);
  const auto sockets = ask_unix_sockets();
  REQUIRE(sockets);
  const auto found = std::ranges::find(*sockets, of_one.st_ino, &UnixSocket::inode);
  REQUIRE(found != sockets->end());
  CHECK(found->peer == of_other.st_ino);
  const auto waits = std::ranges::find(*sockets, of_other.st_ino, &UnixSocket::inode);
  REQUIRE(waits != sockets->end());
  CHECK(waits->receive_queue == Bytes{5});
}

}  // namespace
}  // namespace pageloupe
