// SPDX-License-Identifier: MIT
// Frames as the text that a terminal would show.
#pragma once

#include <string>

#include "ptop/line.h"

namespace pageloupe::ptop {

// Lines with a newline behind each, without blanks at their ends.
[[nodiscard]] inline std::string text_of(const Frame& frame) {
  std::string text;
  for (const auto& line : frame.lines()) {
    const auto shown = line.text();
    text.append(shown.substr(0, shown.find_last_not_of(' ') + 1)).append("\n");
  }
  return text;
}

// The lines that have a piece in that paint, joined by '|'.
[[nodiscard]] inline std::string painted(const Frame& frame, Paint paint) {
  std::string text;
  for (const auto& line : frame.lines()) {
    std::size_t at = 0;
    for (const auto& piece : line.pieces()) {
      if (piece.paint == paint) {
        const auto shown = line.text().substr(at, piece.bytes);
        text.append(text.empty() ? "" : "|").append(shown.substr(0, shown.find_last_not_of(' ') + 1));
      }
      at += piece.bytes;
    }
  }
  return text;
}

}  // namespace pageloupe::ptop
