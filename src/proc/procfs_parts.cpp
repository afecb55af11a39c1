// SPDX-License-Identifier: MIT
#include "proc/procfs_parts.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"
#include "proc/read_text.h"

namespace pageloupe::procfs_parts {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

}  // namespace

std::unexpected<Error> os_failure(int error, Errc missing, std::string_view file) {
  const auto code = [&] {
    switch (error) {
      case ENOENT: return missing;
      case ESRCH: return Errc::gone;
      case EACCES:
      case EPERM: return Errc::denied;
      case EINVAL:
      case EOPNOTSUPP: return Errc::unsupported;
      default: return Errc::io;
    }
  }();
  return std::unexpected(Error{.code = code, .os_error = error, .file = file});
}

Result<std::string_view> read_opened(const UniqueFd& fd, const char* file, Errc missing,
                                     std::string& buffer) {
  if (!fd) return os_failure(errno, missing, file);
  const auto text = read_text(
      buffer, [&](char* into, std::size_t room, std::size_t) { return ::read(fd.get(), into, room); });
  if (!text) return os_failure(text.error(), missing, file);
  return *text;
}

UniqueFd open_at(int directory, const char* file) {
  return UniqueFd(::openat(directory, file, O_RDONLY | O_CLOEXEC));
}

UniqueFd open_here(int directory, const char* file) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV;
  UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, directory, file, &how, sizeof how)));
  if (!fd && (errno == ENOSYS || errno == EPERM)) errno = EXDEV;
  return fd;
}

Result<std::string> as_own(Result<std::string_view> text, std::string& buffer) {
  if (!text) {
    text.error().file = {};  // which may be the thread's
    return std::unexpected(text.error());
  }
  buffer.resize(text->size());
  return std::move(buffer);
}

Result<std::string_view> take_text(Result<std::string> text, const char* file, std::string& buffer) {
  if (!text) {
    text.error().file = file;
    return std::unexpected(text.error());
  }
  buffer.swap(*text);
  return std::string_view(buffer);
}

bool is_procfs(int directory) {
  struct statfs about{};
  return ::fstatfs(directory, &about) == 0 && about.f_type == PROC_SUPER_MAGIC;
}

Result<std::vector<Pid>> numbered_entries(int directory, const char* path) {
  const int fd = ::openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return os_failure(errno, Errc::gone, path);
  const std::unique_ptr<DIR, DirCloser> dir(::fdopendir(fd));
  if (!dir) {
    ::close(fd);
    return os_failure(errno, Errc::gone, path);
  }
  std::vector<Pid> pids;
  errno = 0;
  // Each directory stream has one reader, so readdir is safe here.
  while (const dirent* entry = ::readdir(dir.get())) {  // NOLINT(concurrency-mt-unsafe)
    if (const auto pid = to_number<std::int32_t>(entry->d_name)) pids.push_back({*pid});
  }
  if (errno != 0) return os_failure(errno, Errc::gone, path);
  std::ranges::sort(pids);
  return pids;
}

}  // namespace pageloupe::procfs_parts
