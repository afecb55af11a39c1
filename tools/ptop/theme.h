// SPDX-License-Identifier: MIT
// What each kind of text looks like on a terminal of so many colours.
#pragma once

#include <array>
#include <cstdint>

#include "ptop/line.h"

namespace pageloupe::ptop {

// -1 is the terminal's own foreground or background, which may be light or dark: nothing here is white, black
// or bright yellow on it.
struct PaintLook {
  Paint paint{};
  std::int16_t color = -1;
  std::int16_t background = -1;
  bool bold = false;
  bool dim = false;
  bool reverse = false;
  bool underline = false;
};

inline constexpr std::int16_t kRed = 1, kGreen = 2, kYellow = 3, kBlue = 4, kMagenta = 5, kCyan = 6;

inline constexpr auto kPaintLooks = std::to_array<PaintLook>({
    {.paint = Paint::plain},
    {.paint = Paint::dim, .dim = true},
    {.paint = Paint::strong, .bold = true},
    {.paint = Paint::label, .color = kCyan},
    {.paint = Paint::heading, .reverse = true},
    {.paint = Paint::sorted, .bold = true, .reverse = true, .underline = true},
    {.paint = Paint::cursor, .color = kCyan, .reverse = true},
    {.paint = Paint::tagged, .color = kMagenta, .bold = true},
    {.paint = Paint::match, .color = kRed, .bold = true, .underline = true},
    {.paint = Paint::busy, .color = kGreen, .bold = true},
    {.paint = Paint::warning, .color = kMagenta},
    {.paint = Paint::error, .color = kRed, .bold = true},
    {.paint = Paint::grew, .color = kRed},
    {.paint = Paint::shrank, .color = kGreen},
    {.paint = Paint::part1, .color = kGreen},
    {.paint = Paint::part2, .color = kBlue},
    {.paint = Paint::part3, .color = kRed},
    {.paint = Paint::part4, .color = kCyan},
    {.paint = Paint::part5, .color = kMagenta},
    {.paint = Paint::part6, .color = kYellow},
    {.paint = Paint::rest, .dim = true},
});

consteval bool looks_are_in_order() {
  for (std::size_t i = 0; i < kPaintLooks.size(); ++i) {
    if (static_cast<std::size_t>(kPaintLooks[i].paint) != i) return false;
  }
  return kPaintLooks.size() == static_cast<std::size_t>(Paint::count_);
}
static_assert(looks_are_in_order());

}  // namespace pageloupe::ptop
