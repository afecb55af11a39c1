// SPDX-License-Identifier: MIT
// The mappings of a process as boxes to be drawn: a function of the mappings and of the room for them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sample/vma_family.h"

namespace pageloupe {

// What the layout looks at of a mapping.
struct PlacedMapping {
  Address start{};
  Address end{};
  VmaKind kind = VmaKind::anon;
  VmaFamily family = VmaFamily::anon;  // where it is not that of the kind: the .bss of a library
  std::optional<Bytes> resident{};     // nothing where it is not known
  std::string name{};                  // neighbours of one name are put together first

  [[nodiscard]] Bytes size() const { return end - start; }
};

// Heights in the unit of the drawing: lines of text, or pixels.
struct LayoutScale {
  std::size_t height = 40;  // of all frames and what is between them
  double least_share =
      0.75;  // what boxes at their least may take of what frames leave; the rest is for the scale
  std::size_t least_box = 1;      // what a box has at least
  std::size_t least_growing = 1;  // the same of a heap and a stack, which say how far they may grow
  std::size_t border = 1;         // between two boxes, and at both ends of a frame
  std::size_t between = 1;        // between two frames
};

// One or more neighbours, or a hole between some.
struct Box {
  Address start{};
  Address end{};
  std::size_t first = 0;               // of its mappings
  std::size_t count = 0;               // 0: a hole
  VmaKind kind = VmaKind::anon;        // of most of its memory
  VmaFamily family = VmaFamily::anon;  // the same
  bool one_kind = true;                // all of it, guards apart
  std::size_t main = 0;                // the mapping that has most of its memory
  std::size_t named_so = 0;            // mappings of the same name as that one
  Bytes size{};                        // of its mappings; holes that are too small to be drawn are left out
  std::optional<Bytes> resident{};     // nothing where it is not known of all mappings
  Bytes guard{};                       // of its lowest mappings: no access, and another one above
  Bytes hole_below{};                  // between it and the box below, too small to be drawn
  std::size_t height = 0;

  [[nodiscard]] bool is_hole() const { return count == 0; }
  [[nodiscard]] Bytes extent() const { return end - start; }
};

// Mappings without a large gap between them, drawn to one scale but for the least height of a box.
struct LayoutFrame {
  std::vector<Box> boxes{};  // ascending
  std::size_t height = 0;    // with the borders

  [[nodiscard]] Address start() const { return boxes.front().start; }
  [[nodiscard]] Address end() const { return boxes.back().end; }
};

struct AddressLayout {
  std::vector<LayoutFrame> frames{};  // ascending
  std::size_t height = 0;
  Bytes split{};  // the gap that separates frames: 1 GiB, or more where there would be too many
};

// Places ascending mappings. Every mapping is in exactly one box. Where there is no room for a box for each,
// the least important neighbours are put together: heap and stack last.
// The height is the scale's, or more where that has no room for a box in each half of the address space.
[[nodiscard]] AddressLayout lay_out(std::span<const PlacedMapping> mappings, const LayoutScale& scale);

// How much of a range of addresses is in use, from 0 to 1: what shades are made of where more is known than
// the resident share of a mapping.
struct HeatRange {
  Address start{};
  Address end{};
  double share = 0;
};

// The mean of ascending ranges in each of so many equal parts of a box, ascending; nothing where no range is.
[[nodiscard]] std::vector<std::optional<double>> heat_of(const Box& box, std::span<const HeatRange> heat,
                                                         std::size_t parts);

}  // namespace pageloupe
