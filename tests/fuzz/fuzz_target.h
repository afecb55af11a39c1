// SPDX-License-Identifier: MIT
// A fuzz target: what libFuzzer calls, and what the replay of its seeds calls. It fails by stopping the
// program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pageloupe {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void must(bool held) {
  if (!held) std::abort();
}

}  // namespace pageloupe
