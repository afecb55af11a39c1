// SPDX-License-Identifier: MIT
// The only opener of files below /proc. Everything else in proc/ is text in, records out.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "base/units.h"

namespace pageloupe {

// The directory of a process or thread. One that is held open (ProcFs::pid) belongs to one process, also when
// the PID is used again: then its files answer `gone`. One by path (ProcFs::pid_by_path) is cheaper by two
// system calls, and only as good as the PID.
class PidDir {
 public:
  PidDir(Pid pid, UniqueFd fd) : pid_(pid), fd_(std::move(fd)), at_(fd_.get()) {}
  PidDir(Pid pid, int procfs, std::string_view prefix);

  [[nodiscard]] Pid pid() const { return pid_; }

  // The whole of a file such as "stat". The view is into `buffer`, which only grows.
  // Errors: gone, denied, unsupported (no such file in this kernel), io.
  [[nodiscard]] Result<std::string_view> read(const char* file, std::string& buffer) const;

  // For texts that are read in pieces (maps, smaps); same errors.
  [[nodiscard]] Result<UniqueFd> open(const char* file) const;

  // Where a link such as "exe" points, raw bytes.
  [[nodiscard]] Result<std::string> link(const char* name) const;

  // Thread IDs in task/, ascending.
  [[nodiscard]] Result<std::vector<Pid>> threads() const;

  struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
  };
  // The effective user and group.
  [[nodiscard]] Result<Owner> owner() const;

  // The number of entries of a directory such as "fd".
  [[nodiscard]] Result<std::uint64_t> count_entries(const char* directory) const;

 private:
  // "PID/" before the name where the directory is not open; the view lasts as long as the Path.
  class Path;

  // What ENOENT means of a file of this directory.
  [[nodiscard]] Errc missing() const;

  Pid pid_;
  UniqueFd fd_;  // held directory; none by path
  int at_ = -1;  // where paths begin
  std::array<char, 32> prefix_{};
};

// A mounted procfs, or a captured copy of one.
class ProcFs {
 public:
  // Errors: gone when there is no such directory, denied, io.
  [[nodiscard]] static Result<ProcFs> open(const std::string& root = "/proc");

  // Errors: gone when there is no such process.
  [[nodiscard]] Result<PidDir> pid(Pid pid) const;

  // The same directory without holding it open; nothing is asked of the system. For a thread, "PID/task/TID".
  [[nodiscard]] PidDir pid_by_path(Pid pid) const;
  [[nodiscard]] PidDir thread_by_path(Pid pid, Pid tid) const;

  // The whole of a file such as "meminfo" or "sys/vm/max_map_count"; see PidDir::read.
  [[nodiscard]] Result<std::string_view> read(const char* file, std::string& buffer) const;

  // The same file to be held open, see HeldFile.
  [[nodiscard]] Result<UniqueFd> open_file(const char* file) const;

  // All processes, ascending.
  [[nodiscard]] Result<std::vector<Pid>> pids() const;

  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  ProcFs(std::string root, UniqueFd fd) : root_(std::move(root)), fd_(std::move(fd)) {}

  std::string root_;
  UniqueFd fd_;
};

}  // namespace pageloupe
