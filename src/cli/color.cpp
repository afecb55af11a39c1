// SPDX-License-Identifier: MIT
#include "cli/color.h"

#include <cstdlib>

#include "cli/message.h"

namespace pageloupe {

std::expected<ColorWhen, std::string> parse_color_when(std::string_view text) {
  for (const auto& known : kColorNames) {
    if (known.name == text) return known.when;
  }
  return std::unexpected("'" + one_line(text) + "' is none of auto, always and never");
}

bool wants_color(ColorWhen when, bool usual) {
  if (when != ColorWhen::automatic) return when == ColorWhen::always;
  const char* const no_color = ::secure_getenv("NO_COLOR");
  return usual && (no_color == nullptr || *no_color == '\0');
}

}  // namespace pageloupe
