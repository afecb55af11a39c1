// SPDX-License-Identifier: MIT
#include "proc/sock_diag.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace pageloupe {
namespace {

constexpr std::string_view kFile = "sock_diag";
constexpr std::uint8_t kListen = 10;

std::unexpected<Error> os_failure(int error) {
  const bool missing = error == ENOENT || error == EPROTONOSUPPORT || error == EOPNOTSUPP || error == EINVAL;
  const auto code = error == EACCES || error == EPERM ? Errc::denied : missing ? Errc::unsupported : Errc::io;
  return std::unexpected(Error{.code = code, .os_error = error, .file = kFile});
}

// A header of the kernel's at the beginning of `bytes`, and how long what it heads is; taken off, with what
// fills up to the next one. False where there is not all of it.
template <class Header>
bool take(std::span<const std::byte>& bytes, Header& header, std::span<const std::byte>& body,
          std::uint32_t (*length)(const Header&)) {
  if (bytes.size() < sizeof header) return false;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::size_t size = length(header);
  if (size < sizeof header || size > bytes.size()) return false;
  body = bytes.subspan(sizeof header, size - sizeof header);
  const auto aligned = (size + 3) & ~std::size_t{3};
  bytes = bytes.subspan(aligned < bytes.size() ? aligned : bytes.size());
  return true;
}

std::uint32_t message_length(const nlmsghdr& header) { return header.nlmsg_len; }
std::uint32_t attribute_length(const rtattr& header) { return header.rta_len; }

std::uint32_t number_of(std::span<const std::byte> body) {
  std::uint32_t number = 0;
  if (body.size() >= sizeof number) std::memcpy(&number, body.data(), sizeof number);
  return number;
}

// An abstract name begins with NUL.
std::string name_of(std::span<const std::byte> body) {
  std::string name(reinterpret_cast<const char*>(body.data()), body.size());
  if (!name.empty() && name.front() == '\0') {
    name.front() = '@';
    return name;
  }
  while (!name.empty() && name.back() == '\0') name.pop_back();
  return name;
}

bool parse_socket(std::span<const std::byte> body, UnixSocket& socket) {
  unix_diag_msg message{};
  if (body.size() < sizeof message) return false;
  std::memcpy(&message, body.data(), sizeof message);
  socket.inode = message.udiag_ino;
  socket.listens = message.udiag_state == kListen;
  auto rest = body.subspan(sizeof message);
  while (!rest.empty()) {
    rtattr attribute{};
    std::span<const std::byte> value;
    if (!take(rest, attribute, value, attribute_length)) return false;
    if (attribute.rta_type == UNIX_DIAG_PEER) socket.peer = number_of(value);
    if (attribute.rta_type == UNIX_DIAG_RQLEN) socket.receive_queue = Bytes{number_of(value)};
    if (attribute.rta_type == UNIX_DIAG_NAME) socket.name = name_of(value);
  }
  return true;
}

bool send_request(int fd) {
  struct {
    nlmsghdr header;
    unix_diag_req request;
  } message{};
  message.header = {.nlmsg_len = sizeof message,
                    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                    .nlmsg_seq = 1,
                    .nlmsg_pid = 0};
  message.request.sdiag_family = AF_UNIX;
  message.request.udiag_states = ~0U;
  message.request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN;
  return ::send(fd, &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

}  // namespace

Result<bool> parse_unix_diag(std::span<const std::byte> datagram, std::vector<UnixSocket>& to) {
  while (!datagram.empty()) {
    nlmsghdr header{};
    std::span<const std::byte> body;
    if (!take(datagram, header, body, message_length)) return malformed(kFile);
    if (header.nlmsg_type == NLMSG_DONE) return true;
    if (header.nlmsg_type == NLMSG_ERROR) return os_failure(-static_cast<std::int32_t>(number_of(body)));
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) continue;
    UnixSocket socket;
    if (!parse_socket(body, socket)) return malformed(kFile);
    to.push_back(std::move(socket));
  }
  return false;
}

Result<std::vector<UnixSocket>> ask_unix_sockets() {
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd || !send_request(fd.get())) return os_failure(errno);
  // The kernel answers at once; one that does not is not waited for.
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::vector<UnixSocket> sockets;
  std::vector<std::byte> buffer(std::size_t{64} << 10);
  for (;;) {
    const auto got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return os_failure(got < 0 ? errno : EIO);
    const auto last = parse_unix_diag(std::span(buffer).first(static_cast<std::size_t>(got)), sockets);
    if (!last) return std::unexpected(last.error());
    if (*last) return sockets;
  }
}

}  // namespace pageloupe
