// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>

namespace pageloupe {

enum class ColorWhen { automatic, always, never };

struct ColorName {
  ColorWhen when{};
  std::string_view name{};
};
inline constexpr auto kColorNames = std::to_array<ColorName>({
    {ColorWhen::automatic, "auto"},
    {ColorWhen::always, "always"},
    {ColorWhen::never, "never"},
});

// "auto", "always" or "never". Errors: a message for the user.
[[nodiscard]] std::expected<ColorWhen, std::string> parse_color_when(std::string_view text);

// Whether to use colours: automatically where it is `usual` and the user's NO_COLOR is not set to anything.
[[nodiscard]] bool wants_color(ColorWhen when, bool usual);

}  // namespace pageloupe
