// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace pageloupe {

// The name below /dev of the terminal that stat's tty_nr means: "pts/3", "tty1"; "MAJOR:MINOR" where the
// driver is not one of the common ones.
[[nodiscard]] std::string tty_name(std::int32_t tty_nr);

}  // namespace pageloupe
