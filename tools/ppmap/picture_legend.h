// SPDX-License-Identifier: MIT
#pragma once

#include "ppmap/picture.h"
#include "ppmap/picture_look.h"

namespace pageloupe::ppmap {

// Kinds with their colours and sums, and what the fills mean: `most` lines at most, where these are not fewer
// than seven.
[[nodiscard]] std::vector<std::string> legend_of(const Picture& picture, const TextLook& look,
                                                 std::size_t most);

}  // namespace pageloupe::ppmap
