// SPDX-License-Identifier: MIT
// The frames of a process, counted in the plainest way: page by page, a system call each. What our own
// readers say is held against it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <sys/types.h>

namespace pageloupe {

// The words of pagemap that are not 0, by address; of private mappings that are writable or anonymous where
// `copied_on_write`, else of all.
[[nodiscard]] std::map<std::uint64_t, std::uint64_t> naive_pages(pid_t pid, bool copied_on_write = false);

// One word of a binary file below /proc; 0 beyond its end.
[[nodiscard]] std::uint64_t naive_word(const std::string& path, std::uint64_t index);

[[nodiscard]] inline bool naive_present(std::uint64_t word) { return (word >> 63) != 0; }
[[nodiscard]] inline std::uint64_t naive_frame(std::uint64_t word) { return word & 0x7fffffffffffff; }

}  // namespace pageloupe
