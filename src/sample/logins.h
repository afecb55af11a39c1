// SPDX-License-Identifier: MIT
// Who is logged in, as uptime and top count them: the sessions of users in utmp(5).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"

namespace pageloupe {

inline constexpr const char* kUtmp = "/run/utmp";

// How many records of utmp are sessions of users; an incomplete one at the end is none.
[[nodiscard]] std::size_t count_sessions(std::string_view utmp);

// The same of a file. Where there is none, as in containers, nobody's login is noted: 0.
// Errors: denied, io.
[[nodiscard]] Result<std::size_t> read_sessions(const char* path = kUtmp);

}  // namespace pageloupe
