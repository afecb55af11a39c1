// SPDX-License-Identifier: MIT
#include "proc/procfs.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/text.h"
#include "proc/read_text.h"

namespace pageloupe {
namespace {

// `missing` is what ENOENT means here: no such process, or no such file in this kernel.
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

Result<std::string_view> read_whole(int directory, const char* file, Errc missing, std::string& buffer) {
  const UniqueFd fd(::openat(directory, file, O_RDONLY | O_CLOEXEC));
  if (!fd) return os_failure(errno, missing, file);
  const auto text = read_text(
      buffer, [&](char* into, std::size_t room, std::size_t) { return ::read(fd.get(), into, room); });
  if (!text) return os_failure(text.error(), missing, file);
  return *text;
}

struct DirCloser {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

// The entries of a directory that are numbers, ascending.
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

// Whether a directory that is held open belongs to a process that is no more. Every process has a stat in
// every kernel; a captured copy need not have one.
bool has_ended(int held) {
  struct statfs about{};
  const bool is_procfs = ::fstatfs(held, &about) == 0 && about.f_type == PROC_SUPER_MAGIC;
  return is_procfs && ::faccessat(held, "stat", F_OK, 0) != 0;
}

}  // namespace

class PidDir::Path {
 public:
  Path(const PidDir& dir, const char* name) {
    const std::string_view prefix = dir.prefix_.data();
    const std::string_view rest = name;
    if (prefix.empty() || prefix.size() + rest.size() >= text_.size()) {
      path_ = name;
      return;
    }
    prefix.copy(text_.data(), prefix.size());
    rest.copy(text_.data() + prefix.size(), rest.size());
  }
  [[nodiscard]] const char* c_str() const { return path_ != nullptr ? path_ : text_.data(); }

 private:
  std::array<char, 96> text_{};
  const char* path_ = nullptr;
};

PidDir::PidDir(Pid pid, int procfs, std::string_view prefix) : pid_(pid), at_(procfs) {
  prefix.copy(prefix_.data(), prefix_.size() - 1);
}

Errc PidDir::missing() const {
  if (fd_) return has_ended(fd_.get()) ? Errc::gone : Errc::unsupported;
  // By path, the process may be gone as well.
  return ::faccessat(at_, prefix_.data(), F_OK, 0) == 0 ? Errc::unsupported : Errc::gone;
}

Result<std::string_view> PidDir::read(const char* file, std::string& buffer) const {
  auto text = read_whole(at_, Path(*this, file).c_str(), Errc::unsupported, buffer);
  if (!text) {
    text.error().file = file;
    if (text.error().os_error == ENOENT) text.error().code = missing();
  }
  return text;
}

Result<UniqueFd> PidDir::open(const char* file) const {
  UniqueFd fd(::openat(at_, Path(*this, file).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return os_failure(errno, errno == ENOENT ? missing() : Errc::unsupported, file);
  return fd;
}

Result<std::string> PidDir::link(const char* name) const {
  const Path path(*this, name);
  std::string target(256, '\0');
  for (;;) {
    const auto length = ::readlinkat(at_, path.c_str(), target.data(), target.size());
    if (length < 0 && errno == ENOENT) {
      // A kernel thread's exe, and a zombie's, is a link to nowhere: ENOENT while the process is there.
      const auto code = missing() == Errc::gone ? Errc::gone : Errc::not_applicable;
      return std::unexpected(Error{.code = code, .os_error = ENOENT, .file = name});
    }
    if (length < 0) return os_failure(errno, Errc::unsupported, name);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

Result<std::vector<Pid>> PidDir::threads() const {
  return numbered_entries(at_, Path(*this, "task").c_str());
}

Result<PidDir::Owner> PidDir::owner() const {
  struct stat about{};
  const char* const path = fd_ ? "" : prefix_.data();
  if (::fstatat(at_, path, &about, fd_ ? AT_EMPTY_PATH : 0) != 0)
    return os_failure(errno, Errc::gone, "owner");
  return Owner{about.st_uid, about.st_gid};
}

Result<std::uint64_t> PidDir::count_entries(const char* directory) const {
  // Since Linux 6.2 the size of the directory is the number of its entries.
  const Path path(*this, directory);
  struct stat about{};
  if (::fstatat(at_, path.c_str(), &about, 0) == 0 && about.st_size > 0)
    return static_cast<std::uint64_t>(about.st_size);
  const auto entries = numbered_entries(at_, path.c_str());
  if (!entries) return std::unexpected(entries.error());
  return entries->size();
}

Result<ProcFs> ProcFs::open(const std::string& root) {
  UniqueFd fd(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return os_failure(errno, Errc::gone, "/proc");
  return ProcFs(root, std::move(fd));
}

Result<PidDir> ProcFs::pid(Pid pid) const {
  UniqueFd fd(::openat(fd_.get(), std::to_string(pid.value).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return os_failure(errno, Errc::gone, "");
  return PidDir(pid, std::move(fd));
}

PidDir ProcFs::pid_by_path(Pid pid) const { return {pid, fd_.get(), std::to_string(pid.value) + "/"}; }

PidDir ProcFs::thread_by_path(Pid pid, Pid tid) const {
  return {tid, fd_.get(), std::to_string(pid.value) + "/task/" + std::to_string(tid.value) + "/"};
}

Result<std::string_view> ProcFs::read(const char* file, std::string& buffer) const {
  return read_whole(fd_.get(), file, Errc::unsupported, buffer);
}

Result<UniqueFd> ProcFs::open_file(const char* file) const {
  UniqueFd fd(::openat(fd_.get(), file, O_RDONLY | O_CLOEXEC));
  if (!fd) return os_failure(errno, Errc::unsupported, file);
  return fd;
}

Result<std::vector<Pid>> ProcFs::pids() const { return numbered_entries(fd_.get(), "."); }

}  // namespace pageloupe
