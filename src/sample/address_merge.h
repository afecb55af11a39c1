// SPDX-License-Identifier: MIT
// Which neighbours share a box where there is no room for all of them.
#pragma once

#include <span>
#include <vector>

#include "sample/address_layout.h"

namespace pageloupe {

// Mappings that follow each other, first and count.
struct MappingRun {
  std::size_t first = 0;
  std::size_t count = 0;
};

// What is between two mappings.
[[nodiscard]] Bytes gap_below(std::span<const PlacedMapping> mappings, std::size_t index);

// Whether a gap is drawn as a hole of its own: an eighth of a frame, at least.
[[nodiscard]] constexpr bool is_drawn_hole(Bytes gap, Bytes frame) {
  constexpr std::uint64_t kPart = 8;
  return gap.value != 0 && gap.value >= frame.value / kPart;
}

[[nodiscard]] constexpr bool is_growing(VmaKind kind) {
  return kind == VmaKind::heap || kind == VmaKind::stack;
}

// The boxes of each frame: as many as the scale's height has room for.
[[nodiscard]] std::vector<std::vector<MappingRun>> merge_into_boxes(std::span<const PlacedMapping> mappings,
                                                                    std::span<const MappingRun> frames,
                                                                    const LayoutScale& scale);

}  // namespace pageloupe
