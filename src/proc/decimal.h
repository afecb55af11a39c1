// SPDX-License-Identifier: MIT
// Numbers with a decimal point, as loadavg and pressure give them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace pageloupe {

// The whole of `text` ("0.25", "12") as a number: no blanks, no sign, no exponent, no rest, not "inf".
[[nodiscard]] inline std::optional<double> to_decimal(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace pageloupe
