// SPDX-License-Identifier: MIT
#include "base/write_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace pageloupe {
namespace {

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_in_place(const std::string& path, std::string_view text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  return fd ? write_all(fd.get(), text) : errno;
}

}  // namespace

int replace_file(const std::string& path, std::string_view text, mode_t mode) {
  // Another process may write to the same file.
  const auto temporary = path + ".new" + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd) return errno;
  auto error = write_all(fd.get(), text);
  if (error == 0 && ::fsync(fd.get()) != 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(temporary.c_str());
  return error;
}

int write_file(const std::string& path, std::string_view text, mode_t mode) {
  struct stat target{};
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) return errno == ENOENT ? replace_file(path, text, mode) : errno;
  if (::stat(path.c_str(), &target) == 0 && !S_ISREG(target.st_mode)) return write_in_place(path, text);
  return S_ISLNK(found.st_mode) ? ELOOP : replace_file(path, text, mode);
}

}  // namespace pageloupe
