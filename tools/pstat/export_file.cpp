// SPDX-License-Identifier: MIT
#include "pstat/export_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "cli/rights.h"
#include "record/recording_file.h"

namespace pageloupe::pstat {
namespace {

using Done = std::expected<void, std::string>;

std::unexpected<std::string> failed(std::string_view what, int error) {
  return std::unexpected(std::string(what) + ": " + os_error_text(error));
}

Done check_target(const std::string& path) {
  if (path.empty() || path.ends_with('/')) return std::unexpected("is no name of a file");
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    const bool absent = errno == ENOENT;
    return absent ? Done{} : failed("cannot be looked at", errno);
  }
  if (S_ISLNK(status.st_mode)) return std::unexpected("is a symbolic link: name the file itself");
  if (S_ISDIR(status.st_mode)) return std::unexpected("is a directory: name a file in it");
  if (!S_ISREG(status.st_mode)) return std::unexpected("is no regular file");
  return {};
}

std::expected<UniqueFd, std::string> create(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  constexpr mode_t kReadable = 0644;  // the collector is another user
  UniqueFd fd(::open(path.c_str(), kFlags, kReadable));
  // Left by one that was killed and had the same ID.
  if (!fd && errno == EEXIST && ::unlink(path.c_str()) == 0)
    fd = UniqueFd(::open(path.c_str(), kFlags, kReadable));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) return failed("its folder cannot be used", errno);
  if (!fd) return failed("cannot be written", errno);
  return fd;
}

// Not synchronized with the disk: after a crash of the machine nobody wants what was there before.
Done fill(const UniqueFd& fd, const std::function<void(Output&)>& write) {
  Output output(fd.get());
  write(output);
  output.flush();
  if (output.error() != 0) return failed("cannot be written", output.error());
  return {};
}

}  // namespace

ExportFile::ExportFile(std::string path) : path_(std::move(path)) {
  const auto slash = path_.rfind('/');
  const auto name = slash == std::string::npos ? 0 : slash + 1;
  beside_ = path_.substr(0, name) + "." + path_.substr(name) + "." + std::to_string(::getpid()) + ".tmp";
}

std::expected<void, std::string> ExportFile::replace(const std::function<void(Output&)>& write) {
  const CallersRights his;
  if (auto usable = check_target(path_); !usable) return usable;
  const auto fd = create(beside_);
  if (!fd) return std::unexpected(fd.error());
  auto done = fill(*fd, write);
  if (done && ::rename(beside_.c_str(), path_.c_str()) != 0) done = failed("cannot be replaced", errno);
  if (!done) {
    ::unlink(beside_.c_str());
    return done;
  }
  written_ = true;
  return {};
}

void ExportFile::remove() {
  const CallersRights his;
  if (std::exchange(written_, false)) ::unlink(path_.c_str());
}

}  // namespace pageloupe::pstat
