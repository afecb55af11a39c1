// SPDX-License-Identifier: MIT
// The lines without bars: load and tasks, pressure and faults, the limits of a container, zombies.
#pragma once

#include "ptop/meter_pen.h"

namespace pageloupe::ptop {

// Each adds `rows` lines at most, and none where it has nothing to say.
void add_load_and_tasks(MeterPen& pen, std::size_t rows);
void add_pressure(MeterPen& pen, std::size_t rows);
void add_cgroup(MeterPen& pen, std::size_t rows);
void add_zombies(MeterPen& pen, std::size_t rows);

// For a line that has little room.
void add_load_item(MeterPen& pen, Line& line);
void add_tasks_item(MeterPen& pen, Line& line);

}  // namespace pageloupe::ptop
