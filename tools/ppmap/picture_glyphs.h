// SPDX-License-Identifier: MIT
// What the picture is drawn with on a terminal.
#pragma once

#include <array>
#include <string_view>

namespace pageloupe::ppmap {

struct Glyphs {
  std::array<std::string_view, 5> shades;
  std::string_view unknown;
  std::string_view side;
  std::string_view border;
  std::string_view mark;
  std::array<std::string_view, 2> hole;  // in turn
  std::string_view guard;
  // Corners of a frame: above, below, and where a border meets the sides.
  std::array<std::string_view, 2> top;
  std::array<std::string_view, 2> bottom;
  std::array<std::string_view, 2> middle;
  std::string_view gap;
  std::string_view up;
  std::string_view down;
};
inline constexpr Glyphs kUnicode{{" ", "░", "▒", "▓", "█"},
                                 "·",
                                 "│",
                                 "─",
                                 "═",
                                 {"╌", "╌"},
                                 "╱",
                                 {"┌", "┐"},
                                 {"└", "┘"},
                                 {"├", "┤"},
                                 "⋮",
                                 "↑",
                                 "↓"};
inline constexpr Glyphs kAscii{{" ", ".", ":", "+", "#"},
                               "?",
                               "|",
                               "-",
                               "=",
                               {"-", " "},
                               "/",
                               {"+", "+"},
                               {"+", "+"},
                               {"+", "+"},
                               ":",
                               "^",
                               "v"};

}  // namespace pageloupe::ppmap
