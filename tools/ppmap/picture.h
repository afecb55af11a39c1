// SPDX-License-Identifier: MIT
// The address space of a process as a picture: lines of text for a terminal, or SVG.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "field/headroom.h"
#include "ppmap/process_head.h"
#include "render/escape.h"
#include "sample/address_layout.h"
#include "sample/address_space.h"
#include "sample/process_map.h"
#include "sample/vma_family.h"

namespace pageloupe::ppmap {

struct KindTotal {
  VmaKind kind = VmaKind::anon;
  Bytes size{};
  Bytes resident{};
  std::size_t count = 0;
};

// How far a heap or a stack may grow, in words of two lengths; empty where there is none of them.
struct Growth {
  std::string brief{};  // "7.9M more"
  std::string full{};   // "may grow 7.9M; RLIMIT_STACK 8.0M"
};

// All that the drawings of one process are made of.
struct Picture {
  std::string title{};    // strangers' bytes
  std::string absence{};  // why there is nothing to be drawn; empty where there is
  std::vector<PlacedMapping> mappings{};
  std::vector<HeatRange> heat{};  // empty: shades are the resident share of each box
  AddressSpace space{};
  bool is_part = false;  // only mappings within some addresses
  bool has_map = true;   // else `absence` is of the process, not of the addresses that were asked for
  bool resident_known = true;
  std::vector<KindTotal> kinds{};  // that occur, those with most resident memory first
  KindTotal total{};               // without [vsyscall], as VIRT
  Growth heap{};
  Growth stack{};

  // `name`: what people call the mapping.
  void add(const VmaRow& row, std::string_view name);
  // After the last one was added.
  void finish(AddressRules rules);
};

// From what measure_headroom() gives.
[[nodiscard]] Growth growth_of(std::string_view what, const std::vector<Headroom>& rows);

// Of the box: "libc.so.6 ×5"; its kind, or its kinds' family; strangers' bytes.
[[nodiscard]] std::string name_of(const Picture& picture, const Box& box, bool utf8);
[[nodiscard]] std::string_view kind_name(const Box& box);
[[nodiscard]] std::string size_text(Bytes size);
// "30%", or "-" where it is not known.
[[nodiscard]] std::string share_text(const Box& box);
// The share of the box, 0 to 1, for each of so many parts of it, ascending.
[[nodiscard]] std::vector<std::optional<double>> shades_of(const Picture& picture, const Box& box,
                                                           std::size_t parts);
// How far it grows at its upper end, and at its lower one; nullptr where it does not.
[[nodiscard]] const Growth* growth_above(const Picture& picture, const Box& box);
[[nodiscard]] const Growth* growth_below(const Picture& picture, const Box& box);

// Addresses between a frame and what is above it: another one, an end, or nothing.
struct Landmark {
  Address at{};
  std::string_view full{};
  std::string_view brief{};
};
// From below: the end of user space, the kernel's half; none where only a part is shown.
[[nodiscard]] std::vector<Landmark> landmarks_of(const Picture& picture);

// A frame, a landmark, or what is between them.
struct PicturePart {
  const LayoutFrame* frame = nullptr;
  const Landmark* mark = nullptr;
  std::string gap{};
};
// What is drawn, from low addresses to high ones; points into its arguments.
[[nodiscard]] std::vector<PicturePart> parts_of(const Picture& picture, const AddressLayout& layout,
                                                const std::vector<Landmark>& marks);

struct TextLook {
  TextStyle text{};
  bool ascii = false;
  bool color = false;
  bool low_first = false;  // low addresses above
  bool title = true;
  bool legend = true;
  std::size_t columns = 80;
  std::optional<std::size_t> lines{};  // nothing: what is good for it
};
inline constexpr std::size_t kFewestLines = 20;

[[nodiscard]] std::string draw_text(const Picture& picture, const TextLook& look);

struct SvgLook {
  bool low_first = false;
};
// The pictures below each other.
[[nodiscard]] std::string draw_svg(const std::vector<Picture>& pictures, const SvgLook& look);
[[nodiscard]] std::string draw_html(const std::vector<Picture>& pictures, const SvgLook& look);

}  // namespace pageloupe::ppmap
