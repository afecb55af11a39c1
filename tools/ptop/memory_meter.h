// SPDX-License-Identifier: MIT
// The meters of memory: what is used, by which kind, swap, and what has been promised.
#pragma once

#include "ptop/meter_pen.h"

namespace pageloupe::ptop {

// Each adds `rows` lines at most.
void add_memory_meter(MeterPen& pen, std::size_t rows);
void add_memory_kinds(MeterPen& pen, std::size_t rows);
void add_swap_and_commit(MeterPen& pen, std::size_t rows);

// "Mem 406M/23.5G" and "Swap 0%", for a line that has little room.
void add_memory_item(MeterPen& pen, Line& line);
void add_swap_item(MeterPen& pen, Line& line);

}  // namespace pageloupe::ptop
