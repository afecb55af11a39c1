// SPDX-License-Identifier: MIT
// The lines above the processes: what the whole machine does, and what holds its memory.
#pragma once

#include "ptop/line.h"
#include "ptop/memory_scale.h"
#include "ptop/tasks.h"
#include "sample/cgroup_use.h"
#include "sample/machine.h"

namespace pageloupe::ptop {

// A meter as a bar with figures, as figures alone, or not at all.
enum class MeterStyle : std::uint8_t { bars, figures, off, count_ };

[[nodiscard]] constexpr MeterStyle next(MeterStyle style) {
  constexpr auto kStyles = static_cast<unsigned>(MeterStyle::count_);
  return static_cast<MeterStyle>((static_cast<unsigned>(style) + 1) % kStyles);
}

struct MeterLayout {
  MeterStyle cpu = MeterStyle::bars;       // t: with the tasks
  MeterStyle memory = MeterStyle::bars;    // m: with swap and commit
  bool per_core = false;                   // 1
  bool load = true;                        // l: clock, uptime and load
  bool pressure = true;                    // with page faults
  MemoryScale scale = MemoryScale::human;  // E
  bool utf8 = false;
  bool colour = true;  // else the parts of a bar are told apart by their characters
  friend bool operator==(const MeterLayout&, const MeterLayout&) = default;
};

// What they show; all of it outlives the call.
struct MeterData {
  const MachineSample* now = nullptr;     // always there
  const MachineSample* before = nullptr;  // rates and shares need it
  const TaskCounts* tasks = nullptr;      // nullptr: no tasks, no zombies
  const CgroupLimits* cgroup = nullptr;   // nullptr: none read
  Bytes page_size{4096};
};

// What the machine is to be asked for that.
[[nodiscard]] SourceSet meter_sources(const MeterLayout& layout, Size size);

// How many rows of the screen they may take: a third, one where there are few, none below four.
[[nodiscard]] constexpr std::size_t most_meter_rows(Size size) {
  return size.rows < 4 ? 0 : size.rows < 12 ? 1 : size.rows / 3;
}

// Adds the lines, that many at most and none wider than the screen.
void add_meters(Frame& frame, const MeterData& data, const MeterLayout& layout, Size size);

}  // namespace pageloupe::ptop
