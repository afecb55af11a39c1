// SPDX-License-Identifier: MIT
// What is said of a process above its map.
#pragma once

#include <string>
#include <vector>

#include "proc/procfs.h"
#include "proc/statm.h"
#include "record/recorded.h"
#include "render/writer.h"

namespace pageloupe::ppmap {

struct ProcessHead {
  Pid pid{};  // of the process, also where a thread's ID was asked for
  std::string comm{};
  std::string command{};       // the arguments, or [comm] where there are none
  bool command_hangs = false;  // the arguments do not answer: there may be some
  char state = '?';
  Nanoseconds since_boot{};  // when it started: with the PID, its identity
  std::uint64_t threads = 0;
  Bytes vsz{};
  Bytes rss{};
  Bytes swap{};           // 0 where the kernel does not say
  Bytes hugetlb{};        // which RSS leaves out
  std::uint32_t uid = 0;  // whose it is: all its IDs, or that of the superuser where they differ
  std::string absence{};  // why it has no memory, a sentence; empty where it has
  std::string remark{};   // what else is to be known of how it was opened; mostly empty

  [[nodiscard]] bool has_memory() const { return absence.empty(); }
};

struct OpenProcess {
  PidDir dir;  // of a live thread where the first one has ended: only that one still knows the memory
  ProcessHead head;
  // The map of a process of the past: then nothing is read below `dir`.
  const RecordedMap* recorded = nullptr;
};

// Opens the process that `id` is, or is a thread of. Errors: gone, denied, io, malformed.
[[nodiscard]] Result<OpenProcess> open_process(const ProcFs& procfs, Pid id);

// Why a map may not be read by this user: "its map may not be read: it belongs to another user; …".
[[nodiscard]] std::string denial(const ProcessHead& head);

// What is said of a process that exits while its map is read.
inline constexpr std::string_view kExiting = "it is exiting: its memory is gone";

// The facts of a section: the values' views are into `head`.
[[nodiscard]] std::vector<Value> head_values(const ProcessHead& head);
[[nodiscard]] Columns head_columns();

// "1234:   bash -l", as pmap begins.
[[nodiscard]] std::string title(const ProcessHead& head);

}  // namespace pageloupe::ppmap
