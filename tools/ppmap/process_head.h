// SPDX-License-Identifier: MIT
// What is said of a process above its map.
#pragma once

#include <string>
#include <vector>

#include "proc/procfs.h"
#include "proc/statm.h"
#include "render/writer.h"

namespace pageloupe::ppmap {

struct ProcessHead {
  Pid pid{};  // of the process, also where a thread's ID was asked for
  std::string comm{};
  std::string command{};  // the arguments, or [comm] where there are none
  char state = '?';
  Nanoseconds since_boot{};  // when it started: with the PID, its identity
  std::uint64_t threads = 0;
  Bytes vsz{};
  Bytes rss{};
  bool has_memory = true;  // false for kernel threads and zombies
};

struct OpenProcess {
  PidDir dir;
  ProcessHead head;
};

// Opens the process that `id` is, or is a thread of. Errors: gone, denied, io, malformed.
[[nodiscard]] Result<OpenProcess> open_process(const ProcFs& procfs, Pid id);

// The facts of a section: the values' views are into `head`.
[[nodiscard]] std::vector<Value> head_values(const ProcessHead& head);
[[nodiscard]] Columns head_columns();

// "1234:   bash -l", as pmap begins.
[[nodiscard]] std::string title(const ProcessHead& head);

}  // namespace pageloupe::ppmap
