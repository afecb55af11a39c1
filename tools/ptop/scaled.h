// SPDX-License-Identifier: MIT
// Sizes in the unit of the key e.
#pragma once

#include "ptop/memory_scale.h"
#include "render/output.h"

namespace pageloupe::ptop {

// Appends a size as top has it: whole KiB, or one decimal and a letter; where it needs more than `width`
// columns the next unit is taken. Human sizes are those of the other tools. Returns the columns it takes.
std::size_t append_scaled(Buffer& buffer, Bytes size, MemoryScale scale, std::size_t width);

}  // namespace pageloupe::ptop
