// SPDX-License-Identifier: MIT
// A process that a test forks, with children of its own, all paused: their memory holds still. What they
// still have of the test's own memory is always shared with a process outside of the family.
#pragma once

#include <functional>
#include <sys/types.h>
#include <vector>

#include "proc/procfs.h"

namespace pageloupe {

class Family {
 public:
  // The parent runs `prepare`, then forks one child for each of `children`, which runs it; then all pause.
  Family(const std::function<void()>& prepare, const std::vector<std::function<void()>>& children);
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  ~Family();

  [[nodiscard]] pid_t parent() const { return pids_.front(); }
  [[nodiscard]] const std::vector<pid_t>& pids() const { return pids_; }  // the parent's first

 private:
  std::vector<pid_t> pids_;
};

// Open directories of processes, and pointers to them.
class PidDirs {
 public:
  explicit PidDirs(const std::vector<pid_t>& pids);
  [[nodiscard]] const std::vector<const PidDir*>& pointers() const { return pointers_; }

 private:
  std::vector<PidDir> dirs_;
  std::vector<const PidDir*> pointers_;
};

// Private, or shared, anonymous memory; never a huge page of it. Ends the program where there is none.
[[nodiscard]] char* map_memory(std::size_t size, int flags);

// Writes to, or reads, the first byte of each page.
void write_pages(char* memory, std::size_t size);
void read_pages(const char* memory, std::size_t size);

// Runs `check` in a forked process as the user nobody; true when it returned true.
[[nodiscard]] bool as_nobody(const std::function<bool()>& check);

// Whether frame numbers can be read; where not, says on stderr that the test was skipped.
[[nodiscard]] bool can_read_frames();

}  // namespace pageloupe
