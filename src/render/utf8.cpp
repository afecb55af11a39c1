// SPDX-License-Identifier: MIT
#include "render/utf8.h"

namespace pageloupe {
namespace {

struct Lead {
  std::size_t length = 0;  // 0: no lead byte
  unsigned char low = 0x80;
  unsigned char high = 0xbf;  // of the second byte
};

// Table 3-7 of the Unicode standard.
Lead classify(unsigned char byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {2};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {3};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {4};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {};
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1, true};
  const auto lead = classify(byte(0));
  if (lead.length == 0) return {0, 1, false};
  char32_t value = byte(0) & (0x7fU >> lead.length);
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto low = i == 1 ? lead.low : 0x80;
    const auto high = i == 1 ? lead.high : 0xbf;
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {0, i, false};
    value = value << 6 | (byte(i) & 0x3fU);
  }
  return {value, lead.length, true};
}

}  // namespace pageloupe
