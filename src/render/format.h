// SPDX-License-Identifier: MIT
// Text by format string: fmt, compiled in one place.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <fmt/core.h>
#include <string>
#include <string_view>

#include "render/output.h"

namespace pageloupe {

void append_formatted(Buffer& buffer, fmt::string_view format, fmt::format_args arguments);
[[nodiscard]] std::string formatted(fmt::string_view format, fmt::format_args arguments);

template <class... Arguments>
void append_format(Buffer& buffer, fmt::format_string<const Arguments&...> format,
                   const Arguments&... arguments) {
  append_formatted(buffer, format, fmt::make_format_args(arguments...));
}

template <class... Arguments>
[[nodiscard]] std::string format_text(fmt::format_string<const Arguments&...> format,
                                      const Arguments&... arguments) {
  return formatted(format, fmt::make_format_args(arguments...));
}

// The decimal digits of a number, without an allocation.
class Decimal {
 public:
  explicit Decimal(std::integral auto value)
      : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), value).ptr) {}
  Decimal(const Decimal&) = delete;
  Decimal& operator=(const Decimal&) = delete;

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - digits_.data()); }
  [[nodiscard]] std::string_view view() const { return {digits_.data(), size()}; }

 private:
  std::array<char, 20> digits_;  // -9223372036854775808
  const char* end_;
};

}  // namespace pageloupe
