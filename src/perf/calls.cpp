// SPDX-License-Identifier: MIT
#include "perf/calls.h"

#include <cerrno>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pageloupe::perf {

int SystemCalls::open(perf_event_attr& attr, const Place& place) {
  const auto fd =
      ::syscall(SYS_perf_event_open, &attr, place.pid, place.cpu, place.group_fd, PERF_FLAG_FD_CLOEXEC);
  return fd < 0 ? -errno : static_cast<int>(fd);
}

long SystemCalls::read(int fd, void* to, std::size_t size) {
  const auto length = ::read(fd, to, size);
  return length < 0 ? -errno : length;
}

int SystemCalls::ioctl(int fd, unsigned long request, void* argument) {
  const auto result = ::ioctl(fd, request, argument);
  return result < 0 ? -errno : result;
}

int SystemCalls::close(int fd) { return ::close(fd) < 0 ? -errno : 0; }

}  // namespace pageloupe::perf
