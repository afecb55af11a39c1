// SPDX-License-Identifier: MIT
#include "proc/open_files.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::string_view kFile = "fd";

struct DirCloser {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

std::unexpected<Error> os_failure(int error) {
  const auto code = [error] {
    switch (error) {
      case ENOENT:
      case ESRCH: return Errc::gone;
      case EACCES:
      case EPERM: return Errc::denied;
      default: return Errc::io;
    }
  }();
  return std::unexpected(Error{.code = code, .os_error = error, .file = kFile});
}

}  // namespace

Result<OpenFiles> OpenFiles::open(const PidDir& dir) {
  auto fd = dir.open("fd");
  if (!fd) return std::unexpected(fd.error());
  return OpenFiles(std::move(*fd));
}

Result<std::vector<std::int32_t>> OpenFiles::numbers() const {
  const int again = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return os_failure(errno);
  const std::unique_ptr<DIR, DirCloser> dir(::fdopendir(again));
  if (!dir) {
    ::close(again);
    return os_failure(errno);
  }
  std::vector<std::int32_t> numbers;
  errno = 0;
  // Each directory stream has one reader, so readdir is safe here.
  while (const dirent* entry = ::readdir(dir.get())) {  // NOLINT(concurrency-mt-unsafe)
    if (const auto number = to_number<std::int32_t>(entry->d_name)) numbers.push_back(*number);
  }
  const int error = errno;
  if (error != 0) return os_failure(error);
  std::ranges::sort(numbers);
  return numbers;
}

Result<std::string> OpenFiles::link(std::int32_t number) const {
  const auto name = std::to_string(number);
  std::string target(128, '\0');
  for (;;) {
    const auto length = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    if (length < 0) return os_failure(errno);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

Result<FileId> OpenFiles::id(std::int32_t number) const {
  struct statx about{};
  constexpr unsigned kWanted = STATX_TYPE | STATX_INO;
  if (::statx(fd_.get(), std::to_string(number).c_str(), AT_STATX_DONT_SYNC, kWanted, &about) != 0)
    return os_failure(errno);
  return FileId{
      .device = {about.stx_dev_major, about.stx_dev_minor}, .inode = about.stx_ino, .mode = about.stx_mode};
}

bool OpenFiles::is_message_queue(std::int32_t number) const {
  constexpr long kMqueueMagic = 0x19800202;
  const UniqueFd file(::openat(fd_.get(), std::to_string(number).c_str(), O_PATH | O_CLOEXEC));
  struct statfs about{};
  return file && ::fstatfs(file.get(), &about) == 0 && about.f_type == kMqueueMagic;
}

Result<UniqueFd> OpenFiles::reopen(std::int32_t number, int flags) const {
  UniqueFd fd(::openat(fd_.get(), std::to_string(number).c_str(), flags | O_CLOEXEC));
  if (!fd) return os_failure(errno);
  return fd;
}

}  // namespace pageloupe
