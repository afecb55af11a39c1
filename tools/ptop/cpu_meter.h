// SPDX-License-Identifier: MIT
// The meter of the CPUs' time: of all together, or of each, or of neighbours where there are more CPUs than
// room.
#pragma once

#include "ptop/meter_pen.h"

namespace pageloupe::ptop {

// Adds `rows` lines at most; all CPUs together take one.
void add_cpu_meter(MeterPen& pen, std::size_t rows);

// "CPU 23%", for a line that has little room.
void add_cpu_item(MeterPen& pen, Line& line);

}  // namespace pageloupe::ptop
