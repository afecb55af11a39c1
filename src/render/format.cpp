// SPDX-License-Identifier: MIT
// Debian's libfmt.so would bring the dynamic libstdc++ along, which costs every start more than a small map
// does; its headers alone would be compiled in every unit.
#define FMT_HEADER_ONLY
#include "render/format.h"

#include <fmt/format.h>
#include <iterator>

namespace pageloupe {

void append_formatted(Buffer& buffer, fmt::string_view format, fmt::format_args arguments) {
  fmt::vformat_to(std::back_inserter(buffer), format, arguments);
}

std::string formatted(fmt::string_view format, fmt::format_args arguments) {
  return fmt::vformat(format, arguments);
}

}  // namespace pageloupe
