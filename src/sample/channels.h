// SPDX-License-Identifier: MIT
// How processes talk: what they have open and mapped, linked by what is behind it. A function of facts, which
// channel_facts.h reads.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "proc/fdinfo.h"
#include "proc/locks.h"
#include "proc/net_tcp.h"
#include "proc/open_files.h"
#include "proc/sock_diag.h"
#include "proc/sysvipc.h"
#include "sample/mapped_object.h"

namespace pageloupe {

enum class ChannelType : std::uint8_t {
  pipe,
  fifo,
  unix_socket,
  tcp,
  socket,
  message_queue,
  sysv_queue,
  sysv_semaphores,
  semaphore,
  shared_memory,
  lock,
  eventfd,
  pidfd,
  epoll,
  timerfd,
  signalfd,
  inotify,
  count_
};

struct ChannelTypeInfo {
  ChannelType type;
  std::string_view name;
  std::string_view help;
};
inline constexpr auto kChannelTypes = std::to_array<ChannelTypeInfo>({
    {ChannelType::pipe, "pipe", "a pipe"},
    {ChannelType::fifo, "fifo", "a pipe with a name"},
    {ChannelType::unix_socket, "unix", "a UNIX socket and its peer"},
    {ChannelType::tcp, "tcp", "a TCP socket and its other end, where it is on this host"},
    {ChannelType::socket, "socket", "a socket of another family, or of another network namespace"},
    {ChannelType::message_queue, "mqueue", "a POSIX message queue"},
    {ChannelType::sysv_queue, "sysv-queue", "a System V message queue that a process of the set used last"},
    {ChannelType::sysv_semaphores, "sysv-sem", "System V semaphores that a process of the set used last"},
    {ChannelType::semaphore, "semaphore", "a mapped POSIX semaphore"},
    {ChannelType::shared_memory, "memory", "shared memory, or a file that is mapped shared"},
    {ChannelType::lock, "lock", "a lock of a file"},
    {ChannelType::eventfd, "eventfd", "a counter"},
    {ChannelType::pidfd, "pidfd", "a handle of a process"},
    {ChannelType::epoll, "epoll", "waits for descriptors"},
    {ChannelType::timerfd, "timerfd", "a timer"},
    {ChannelType::signalfd, "signalfd", "takes signals"},
    {ChannelType::inotify, "inotify", "watches files"},
});
[[nodiscard]] constexpr std::string_view name(ChannelType type) {
  return kChannelTypes[static_cast<std::size_t>(type)].name;
}

enum class EndRole : std::uint8_t {
  read,
  write,
  both,
  listen,
  map,
  hold,       // a lock
  wait,       // for a lock
  open,       // of what has no direction
  target,     // of a pidfd
  last_sent,  // the kernel tells who was the last
  last_taken,
  last_used,
  count_
};
inline constexpr auto kEndRoles =
    std::to_array<std::string_view>({"read", "write", "both", "listen", "map", "hold", "wait", "open",
                                     "target", "last-sent", "last-taken", "last-used"});
static_assert(kEndRoles.size() == static_cast<std::size_t>(EndRole::count_));
[[nodiscard]] constexpr std::string_view name(EndRole role) {
  return kEndRoles[static_cast<std::size_t>(role)];
}

struct ChannelEnd {
  Pid pid{};
  std::int32_t descriptor = -1;  // -1: a mapping, a lock
  EndRole role = EndRole::open;
  bool inside = true;  // of the set of processes
  // Bytes that wait to be read at this end. Errors: not_applicable, denied, unsupported.
  Result<Bytes> waiting = std::unexpected(Error{.code = Errc::not_applicable});
  friend bool operator==(const ChannelEnd& a, const ChannelEnd& b) {
    return a.pid == b.pid && a.descriptor == b.descriptor && a.role == b.role;
  }
};

struct Channel {
  ChannelType type{};
  std::string id{};    // the kernel's number of it, of its kind: an inode, two of a connection
  std::string name{};  // a path, an address; empty where it has none
  std::vector<ChannelEnd> ends{};
  // All that waits in it. Errors: not_applicable, denied, unsupported, gone.
  Result<Bytes> waiting = std::unexpected(Error{.code = Errc::not_applicable});
  // A counter, messages, semaphores of a set, watches. Errors: not_applicable.
  Result<std::uint64_t> count = std::unexpected(Error{.code = Errc::not_applicable});
  std::optional<Bytes> size{};  // of memory
  std::string note{};
};

// A descriptor. Of a process outside of the set only those that lead to something of the set's.
struct OpenEnd {
  Pid pid{};
  std::int32_t descriptor = 0;
  bool inside = true;
  std::string link{};
  FileId file{};  // of what has a path
  FdInfo info{};  // not of sockets
  bool message_queue = false;
  bool foreign_network = false;  // a socket of another network namespace than this program's
  Result<Bytes> waiting = std::unexpected(Error{.code = Errc::not_applicable});  // of a pipe's read end
  Result<std::uint64_t> queued = std::unexpected(Error{.code = Errc::not_applicable});  // of a message queue
};

struct MappedEnd {
  Pid pid{};
  ObjectKind kind{};
  ObjectKey key{};
  std::string name{};
  Bytes size{};
};

// A System V object, and who used it last.
struct SysvUse {
  ChannelType type{};
  std::int32_t id = 0;
  std::int32_t key = 0;
  std::vector<ChannelEnd> ends{};
  std::optional<Bytes> bytes{};
  std::uint64_t count = 0;
};

struct ChannelFacts {
  std::vector<Pid> set{};  // the processes that were asked for, ascending
  std::vector<OpenEnd> open{};
  std::vector<MappedEnd> mapped{};
  Result<std::vector<UnixSocket>> unix_sockets{};
  std::vector<TcpSocket> tcp{};
  std::vector<FileLock> locks{};
  std::vector<SysvUse> sysv{};
};

// Every channel with an end in the set, in the order of kChannelTypes, then by their first end.
[[nodiscard]] std::vector<Channel> link_channels(const ChannelFacts& facts);

}  // namespace pageloupe
