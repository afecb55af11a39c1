// SPDX-License-Identifier: MIT
#include "proc/procfs.h"

#include <cerrno>
#include <fcntl.h>

#include "proc/procfs_parts.h"

namespace pageloupe {

using namespace procfs_parts;

Result<ProcFs> ProcFs::open(const std::string& root) {
  UniqueFd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return os_failure(errno, Errc::gone, "/proc");
  return ProcFs(root, std::move(fd));
}

ProcFs ProcFs::guarded(std::shared_ptr<Guard> guard) const {
  auto other = *this;
  other.guarded_ = {.guard = std::move(guard)};
  other.foreign_ = other.guarded_.guard ? std::make_shared<ForeignFiles>(fd_) : nullptr;
  if (other.guarded_.guard) other.guarded_.every_file = is_copy();
  return other;
}

bool ProcFs::is_copy() const { return !is_procfs(fd_->get()); }

Result<PidDir> ProcFs::pid(Pid pid) const {
  UniqueFd fd(::openat(fd_->get(), std::to_string(pid.value).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return os_failure(errno, Errc::gone, "");
  return PidDir(pid, std::move(fd), guarded_);
}

PidDir ProcFs::pid_by_path(Pid pid) const { return {pid, fd_, std::to_string(pid.value) + "/", guarded_}; }

PidDir ProcFs::thread_by_path(Pid pid, Pid tid) const {
  return {tid, fd_, std::to_string(pid.value) + "/task/" + std::to_string(tid.value) + "/", guarded_};
}

Result<std::string_view> ProcFs::read(const char* file, std::string& buffer) const {
  if (guarded_.every_file) {
    return take_text(guarded_.guard->ask({file},
                                         [at = fd_, name = std::string(file)] {
                                           std::string text;
                                           const auto fd = open_at(at->get(), name.c_str());
                                           return as_own(
                                               read_opened(fd, name.c_str(), Errc::unsupported, text), text);
                                         }),
                     file, buffer);
  }
  const auto fd = guarded_.guard ? open_here(fd_->get(), file) : open_at(fd_->get(), file);
  if (!fd && guarded_.guard && errno == EXDEV) return take_text(foreign_->read(file), file, buffer);
  return read_opened(fd, file, Errc::unsupported, buffer);
}

Result<UniqueFd> ProcFs::open_file(const char* file) const {
  if (guarded_.every_file) return fail(Errc::blocked);
  auto fd = guarded_.guard ? open_here(fd_->get(), file) : open_at(fd_->get(), file);
  if (!fd && guarded_.guard && errno == EXDEV) return fail(Errc::blocked);
  if (!fd) return os_failure(errno, Errc::unsupported, file);
  return fd;
}

Result<std::vector<Pid>> ProcFs::pids() const { return numbered_entries(fd_->get(), "."); }

}  // namespace pageloupe
