// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

#include "proc/maps.h"

namespace pageloupe {

// By the bits of the four: views need a place to live.
inline constexpr auto kPermsTexts = [] {
  std::array<std::array<char, 4>, 16> texts{};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = Perms{(i & 8) != 0, (i & 4) != 0, (i & 2) != 0, (i & 1) != 0}.letters();
  }
  return texts;
}();

// "rw-p".
[[nodiscard]] constexpr std::string_view perms_text(const Perms& p) {
  const auto& text =
      kPermsTexts[(p.read ? 8U : 0U) | (p.write ? 4U : 0U) | (p.execute ? 2U : 0U) | (p.shared ? 1U : 0U)];
  return {text.data(), text.size()};
}

}  // namespace pageloupe
