// SPDX-License-Identifier: MIT
#include "proc/foreign_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <span>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/background.h"
#include "base/stillness.h"
#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

// A message: its first byte says what follows.
constexpr char kText = 't';  // a piece of the text
constexpr char kEnd = 'e';   // errno, 0 at the end of the text
constexpr std::size_t kLongest = 32768;

// What the reader must not keep from ending, as a pipe that somebody reads to its end.
void close_others(int a, int b) {
  const auto first = static_cast<unsigned>(std::min(a, b));
  const auto second = static_cast<unsigned>(std::max(a, b));
  const auto close = [](unsigned from, unsigned to) {
    if (from <= to) ::syscall(SYS_close_range, from, to, 0U);
  };
  if (first > 0) close(0, first - 1);
  close(first + 1, second - 1);
  close(second + 1, ~0U);
}

void send_end(int socket, int error) {
  std::array<char, 1 + sizeof error> message{kEnd};
  std::memcpy(message.data() + 1, &error, sizeof error);
  if (::send(socket, message.data(), message.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
}

void send_file(int socket, int procfs, const char* name, std::span<char> room) {
  const int fd = ::openat(procfs, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return send_end(socket, errno);
  room[0] = kText;
  ssize_t got = 0;
  while ((got = ::read(fd, room.data() + 1, room.size() - 1)) > 0) {
    if (::send(socket, room.data(), static_cast<std::size_t>(got) + 1, MSG_NOSIGNAL) < 0) ::_exit(0);
  }
  const int error = got < 0 ? errno : 0;
  ::close(fd);
  send_end(socket, error);
}

// In a copy of a process that had threads: system calls only.
[[noreturn]] void serve(int socket, int procfs) {
  close_others(socket, procfs);
  std::array<char, kLongest> room{};
  std::array<char, 256> name{};
  for (;;) {
    const auto got = ::recv(socket, name.data(), name.size() - 1, 0);
    if (got <= 0) ::_exit(0);
    name[static_cast<std::size_t>(got)] = '\0';
    send_file(socket, procfs, name.data(), room);
  }
}

}  // namespace

ForeignFiles::~ForeignFiles() {
  if (reader_ < 0) return;
  socket_.reset();
  ::kill(reader_, SIGKILL);
  ::waitpid(reader_, nullptr, WNOHANG);
}

bool ForeignFiles::start() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const auto reader = ::fork();
  if (reader == 0) serve(theirs.get(), procfs_->get());
  if (reader < 0) return false;
  socket_ = std::move(ours);
  reader_ = reader;
  return true;
}

// One that hung and was killed may not have ended.
bool ForeignFiles::is_left_behind() {
  if (reader_ < 0 || socket_) return false;
  if (::waitpid(reader_, nullptr, WNOHANG) == 0) return true;
  reader_ = -1;
  return false;
}

Result<std::string> ForeignFiles::receive() {
  std::string text;
  std::array<char, kLongest> message{};
  Stillness stillness;
  for (;;) {
    pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    constexpr auto kLook = static_cast<int>(Stillness::kLook.count());
    if (::poll(&waiting, 1, kLook) <= 0) {
      if (stillness.looks_stuck(reader_)) return fail(Errc::blocked);
      continue;
    }
    const auto got = ::recv(socket_.get(), message.data(), message.size(), 0);
    if (got <= 0) return fail(Errc::io);
    const auto length = static_cast<std::size_t>(got) - 1;
    if (message[0] == kText) {
      text.append(message.data() + 1, length);
      stillness = {};
      continue;
    }
    int error = EIO;
    if (length == sizeof error) std::memcpy(&error, message.data() + 1, sizeof error);
    if (error != 0) return os_failure(error, {});
    return text;
  }
}

Result<std::string> ForeignFiles::read(const std::string& file) {
  if (is_left_behind()) return fail(Errc::blocked);
  if (!socket_ && !start()) return fail(Errc::io);
  if (::send(socket_.get(), file.data(), file.size(), MSG_NOSIGNAL) < 0) return fail(Errc::io);
  auto text = receive();
  const bool broken = !text && (text.error().code == Errc::blocked || text.error().os_error == 0);
  if (broken) {
    socket_.reset();
    ::kill(reader_, SIGKILL);
  }
  return text;
}

}  // namespace pageloupe
