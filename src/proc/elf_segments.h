// SPDX-License-Identifier: MIT
// The program headers of a file, as its first mapped page in /proc/PID/mem has them; see elf(5). Read by who
// may trace the process. One pread of a page that the program's loader has read.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// What is mapped of a file when it is loaded (PT_LOAD), at the addresses that the file asks for.
struct ElfSegment {
  Address start{};
  Bytes offset{};       // in the file
  Bytes file_size{};    // of which so much is the file's
  Bytes memory_size{};  // and the rest begins as zero: the .bss

  [[nodiscard]] Address end() const { return start + memory_size; }
};

// The loaded segments of an ELF file of 32 or 64 bits, little-endian, from its first bytes.
// Errors: unsupported of anything else, malformed where the program headers are not within the text.
[[nodiscard]] Result<std::vector<ElfSegment>> parse_elf_segments(std::string_view head);

// The same of a file whose beginning is mapped at `head`, moved to where it is loaded.
// `memory` is a descriptor of /proc/PID/mem. Errors: those above, unsupported where no segment has the
// beginning of the file, io, gone.
[[nodiscard]] Result<std::vector<ElfSegment>> read_elf_segments(int memory, Address head);

}  // namespace pageloupe
