// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace pageloupe {

// Both give 0, or the errno of what failed. `mode` is that of a new file, less the umask.

// Puts a text into a file, whole or not at all: through a new file beside it, which then takes its name.
[[nodiscard]] int replace_file(const std::string& path, std::string_view text, mode_t mode);

// The same, but a pipe or a device is written to as it is, and a symbolic link to a file is left alone:
// ELOOP.
[[nodiscard]] int write_file(const std::string& path, std::string_view text, mode_t mode);

}  // namespace pageloupe
