// SPDX-License-Identifier: MIT
// The columns of a difference between two maps.
#pragma once

#include "field/map_diff.h"

namespace pageloupe {

struct MapChangeRow {
  const MapChange* change = nullptr;
  const MapSnapshot* before = nullptr;
  const MapSnapshot* after = nullptr;
  // What became of the same mapping since the watching began: nothing where it did not change.
  const MapChange* gained = nullptr;
  // Of which kind it is where the row is all mappings of one: then it has sums alone.
  std::optional<VmaKind> kind{};
};

// For two maps: what was, what is, and by how much it grew.
[[nodiscard]] FieldSpan<MapChangeRow> map_diff_fields();
// The same, and by how much it grew since the watching began.
[[nodiscard]] FieldSpan<MapChangeRow> map_watch_fields();

// The measure that a column is made of: of "pss", "pss_before", "pss_growth", "pss_gained" that is pss.
[[nodiscard]] std::optional<Measure> measure_of(const Column& column);

}  // namespace pageloupe
