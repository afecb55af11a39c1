// SPDX-License-Identifier: MIT
// /proc/PID/fd: the open files of a process, by their numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "base/units.h"
#include "proc/procfs.h"

namespace pageloupe {

// What a descriptor leads to.
struct FileId {
  Device device{};
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;  // type, as of stat(2)
  friend constexpr auto operator<=>(const FileId&, const FileId&) = default;
};

// The directory of a process's descriptors, held open: it stays the process's own.
class OpenFiles {
 public:
  // Errors: denied, gone, unsupported, io.
  [[nodiscard]] static Result<OpenFiles> open(const PidDir& dir);

  // All numbers, ascending. Errors: gone, io.
  [[nodiscard]] Result<std::vector<std::int32_t>> numbers() const;

  // Where one leads: a path, "pipe:[1234]", "/memfd:name (deleted)". Errors: gone when it was closed.
  [[nodiscard]] Result<std::string> link(std::int32_t number) const;

  // Does not open the file, and takes what is known of it without asking a network. Errors: gone, denied, io.
  [[nodiscard]] Result<FileId> id(std::int32_t number) const;

  // Whether it is a POSIX message queue, whose file system need not be mounted anywhere.
  [[nodiscard]] bool is_message_queue(std::int32_t number) const;

  // Opens the file anew, with the flags of open(2) and O_CLOEXEC. Errors: gone, denied, io.
  [[nodiscard]] Result<UniqueFd> reopen(std::int32_t number, int flags) const;

 private:
  explicit OpenFiles(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace pageloupe
