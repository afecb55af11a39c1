// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace pageloupe {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // in bytes; of a broken sequence, what to skip as one
  bool valid = false;
};

// The first character of a text that is not empty. Overlong forms, surrogates and values past U+10FFFF are
// broken; the bytes of a broken sequence that may be one character's beginning are skipped together, as
// Unicode recommends.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

}  // namespace pageloupe
