// SPDX-License-Identifier: MIT
#include "proc/held_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proc/pread_exact.h"
#include "proc/read_text.h"

namespace pageloupe {

std::size_t most_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

bool may_hold_descriptors() {
  constexpr std::size_t kFewest = 256;
  static const bool enough = most_descriptors() >= kFewest;
  return enough;
}

HeldFile::HeldFile(UniqueFd fd, std::string_view name, std::string path) : fd_(std::move(fd)), name_(name) {
  if (!fd_ || path.empty() || may_hold_descriptors()) return;
  path_ = std::move(path);
  fd_ = {};
}

Result<std::string_view> HeldFile::read(std::string& buffer) const {
  UniqueFd opened;
  if (!fd_) {
    opened = UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) return os_failure(errno, name_);
  }
  const int fd = fd_ ? fd_.get() : opened.get();
  const auto text = read_text(buffer, [fd](char* into, std::size_t room, std::size_t done) {
    return ::pread(fd, into, room, static_cast<off_t>(done));
  });
  if (!text) return os_failure(text.error(), name_);
  return *text;
}

}  // namespace pageloupe
