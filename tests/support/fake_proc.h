// SPDX-License-Identifier: MIT
// A /proc of a test's own: files in a temporary directory, read as the real ones are.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "proc/procfs.h"

namespace pageloupe {

class FakeProc {
 public:
  FakeProc();
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;
  ~FakeProc();

  // A file of the whole machine, such as "meminfo" or "sys/vm/max_map_count".
  void file(const std::string& path, std::string_view text) const;

  // A file of a process, such as "stat" or "task/12/syscall".
  void file(int pid, const std::string& path, std::string_view text) const;

  // A link of a process, such as "exe".
  void link(int pid, const std::string& name, const std::string& target) const;

  // Removes a process with all its files.
  void remove(int pid) const;

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] ProcFs procfs() const;
  [[nodiscard]] PidDir pid(int pid) const;

 private:
  std::filesystem::path root_;
};

// A descriptor that gives `text` and then its end, as an open file of /proc does.
[[nodiscard]] UniqueFd descriptor_with(std::string_view text);

}  // namespace pageloupe
