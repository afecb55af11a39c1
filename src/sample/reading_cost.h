// SPDX-License-Identifier: MIT
// How long the kernel's files of a process take to read, and so how long the process may have to wait for the
// lock of its memory meanwhile.
#pragma once

#include <string_view>

#include "proc/procfs.h"

namespace pageloupe {

struct ReadingCost {
  Nanoseconds time{};  // all of it
  Nanoseconds
      longest{};  // the longest call: the lock of the process's memory is held no longer than that at once
  std::uint64_t calls = 0;
};

// Reads a text such as "smaps" to its end. Errors: gone, denied, unsupported, io.
[[nodiscard]] Result<ReadingCost> cost_of_text(const PidDir& dir, const char* file);

// Reads the pagemap of all mappings, in pieces as PageMeter does. Errors: as above.
[[nodiscard]] Result<ReadingCost> cost_of_pagemap(const PidDir& dir, Bytes page_size);

// Scans all mappings, in pieces as PageTableUsage does, without its rests. Errors: as above; unsupported
// before Linux 6.7.
[[nodiscard]] Result<ReadingCost> cost_of_scan(const PidDir& dir);

}  // namespace pageloupe
