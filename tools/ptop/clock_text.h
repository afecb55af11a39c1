// SPDX-License-Identifier: MIT
// Times as the first line of top has them.
#pragma once

#include "base/units.h"
#include "render/output.h"

namespace pageloupe::ptop {

// "04:22:10", local time.
void append_clock(Buffer& buffer, Timestamp now);

// "17 min", " 3:05", "2 days,  3:05".
void append_uptime(Buffer& buffer, Nanoseconds up);

}  // namespace pageloupe::ptop
