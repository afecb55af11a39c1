// SPDX-License-Identifier: MIT
// What PidDir and ProcFs are made of; no other part of the program includes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "base/units.h"

namespace pageloupe::procfs_parts {

// `missing` is what ENOENT means here: no such process, or no such file in this kernel.
[[nodiscard]] std::unexpected<Error> os_failure(int error, Errc missing, std::string_view file);

// The whole text; where `fd` is none, the reason that errno still is.
[[nodiscard]] Result<std::string_view> read_opened(const UniqueFd& fd, const char* file, Errc missing,
                                                   std::string& buffer);

[[nodiscard]] UniqueFd open_at(int directory, const char* file);

// EXDEV for a file of another file system, such as lxcfs mounts over /proc/meminfo. Before Linux 5.6, and
// where openat2 is forbidden, any file might be one.
[[nodiscard]] UniqueFd open_here(int directory, const char* file);

// For a text that another thread has read, and gives away; and for who takes it.
[[nodiscard]] Result<std::string> as_own(Result<std::string_view> text, std::string& buffer);
[[nodiscard]] Result<std::string_view> take_text(Result<std::string> text, const char* file,
                                                 std::string& buffer);

[[nodiscard]] bool is_procfs(int directory);

// The entries of a directory that are numbers, ascending.
[[nodiscard]] Result<std::vector<Pid>> numbered_entries(int directory, const char* path);

}  // namespace pageloupe::procfs_parts
