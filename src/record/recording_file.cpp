// SPDX-License-Identifier: MIT
#include "record/recording_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "cli/rights.h"

namespace pageloupe {
namespace {

std::string because(std::string_view what, int error) {
  return std::string(what) + ": " + os_error_text(error);
}

// The file as one may write to it: nobody else has prepared it, and nobody else writes to it.
std::expected<void, std::string> check_writable(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return std::unexpected(because("cannot be looked at", errno));
  if (!S_ISREG(status.st_mode)) return std::unexpected("is no regular file");
  if (status.st_uid != ::geteuid()) return std::unexpected("belongs to another user");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return std::unexpected("is being recorded to by another process");
  return {};
}

}  // namespace

std::string os_error_text(int error) { return std::generic_category().message(error); }

std::expected<UniqueFd, std::string> open_recording(const std::string& path) {
  const CallersRights his;
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return std::unexpected(because("cannot be opened", errno));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::unexpected("is no regular file: a recording is read at any place of it");
  }
  return fd;
}

bool is_being_recorded_to(int fd) {
  if (::flock(fd, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  ::flock(fd, LOCK_UN);
  return false;
}

std::expected<UniqueFd, std::string> RecordingFile::open_here(bool must_be_new) const {
  const int flags =
      O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (must_be_new ? O_EXCL : 0);
  const CallersRights his;
  UniqueFd fd(::openat(folder_.get(), name_.c_str(), flags, 0600));
  if (!fd) {
    return std::unexpected(errno == ELOOP ? "is a symbolic link" : because("cannot be opened", errno));
  }
  if (auto checked = check_writable(fd.get()); !checked) return std::unexpected(std::move(checked.error()));
  return fd;
}

std::expected<RecordingFile, std::string> RecordingFile::open(const std::string& path) {
  RecordingFile file;
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  file.path_ = path;
  file.name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  if (file.name_.empty()) return std::unexpected("is no name of a file");
  const CallersRights his;
  file.folder_ = UniqueFd(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!file.folder_) return std::unexpected(because("its folder cannot be opened", errno));
  auto fd = file.open_here(false);
  if (!fd) return std::unexpected(std::move(fd.error()));
  file.file_ = std::move(*fd);
  const auto end = ::lseek(file.fd(), 0, SEEK_END);
  if (end < 0) return std::unexpected(because("cannot be measured", errno));
  file.end_ = static_cast<std::uint64_t>(end);
  return file;
}

int RecordingFile::append(std::string_view bytes) {
  auto at = end_;
  while (!bytes.empty()) {
    const auto wrote = ::pwrite(fd(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      const int error = wrote < 0 ? errno : EIO;
      (void)cut(end_);
      return error;
    }
    at += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  end_ = at;
  return 0;
}

int RecordingFile::cut(std::uint64_t end) {
  while (::ftruncate(fd(), static_cast<off_t>(end)) != 0) {
    if (errno != EINTR) return errno;
  }
  end_ = end;
  return 0;
}

std::string RecordingFile::numbered(unsigned number) const {
  return number == 0 ? name_ : name_ + "." + std::to_string(number);
}

std::expected<void, std::string> RecordingFile::rotate(unsigned keep) {
  if (keep == 0) {
    const int error = cut(0);
    return error == 0 ? std::expected<void, std::string>{} : std::unexpected(because("cannot be cut", error));
  }
  for (auto number = keep; number > 0; --number) {
    const auto from = numbered(number - 1);
    const auto to = numbered(number);
    if (::renameat(folder_.get(), from.c_str(), folder_.get(), to.c_str()) != 0 && errno != ENOENT) {
      return std::unexpected(because("cannot be renamed to " + to, errno));
    }
  }
  auto fd = open_here(true);
  if (!fd) return std::unexpected(std::move(fd.error()));
  file_ = std::move(*fd);
  end_ = 0;
  return {};
}

}  // namespace pageloupe
