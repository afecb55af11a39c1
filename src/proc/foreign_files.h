// SPDX-License-Identifier: MIT
// Files of a file system that is mounted over some of /proc, as lxcfs is over meminfo and stat. A server that
// does not answer holds its readers so that not even SIGKILL ends them, and a process does not end before its
// last thread: they are read by a process of its own, which can be left behind.
#pragma once

#include <memory>
#include <string>
#include <sys/types.h>

#include "base/error.h"
#include "base/unique_fd.h"

namespace pageloupe {

class ForeignFiles {
 public:
  explicit ForeignFiles(std::shared_ptr<const UniqueFd> procfs) : procfs_(std::move(procfs)) {}
  ForeignFiles(const ForeignFiles&) = delete;
  ForeignFiles& operator=(const ForeignFiles&) = delete;
  ~ForeignFiles();

  // The whole of a file. Errors: blocked, also at once as long as the reader hangs; denied, unsupported, io.
  [[nodiscard]] Result<std::string> read(const std::string& file);

 private:
  [[nodiscard]] bool start();
  [[nodiscard]] bool is_left_behind();
  [[nodiscard]] Result<std::string> receive();

  std::shared_ptr<const UniqueFd> procfs_;
  UniqueFd socket_;
  pid_t reader_ = -1;
};

}  // namespace pageloupe
