// SPDX-License-Identifier: MIT
#include "record/base64.h"

#include <array>
#include <cstdint>

namespace pageloupe {
namespace {

constexpr std::uint8_t kNone = 64;

consteval std::array<std::uint8_t, 256> digit_values() {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kValues = digit_values();

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  const auto digits = text.substr(0, text.size() - padding);
  std::uint32_t bits = 0;
  std::size_t count = 0;
  for (const char c : digits) {
    const auto value = kValues[static_cast<unsigned char>(c)];
    if (value == kNone) return std::nullopt;
    bits = bits << 6 | value;
    if (++count % 4 != 0) continue;
    for (const unsigned shift : {16U, 8U, 0U}) bytes.push_back(static_cast<char>(bits >> shift & 0xffU));
  }
  if (padding == 1) {
    bytes.push_back(static_cast<char>(bits >> 10 & 0xffU));
    bytes.push_back(static_cast<char>(bits >> 2 & 0xffU));
  } else if (padding == 2) {
    bytes.push_back(static_cast<char>(bits >> 4 & 0xffU));
  }
  return bytes;
}

}  // namespace pageloupe
