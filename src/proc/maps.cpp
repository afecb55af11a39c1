// SPDX-License-Identifier: MIT
#include "proc/maps.h"

#include <array>
#include <bit>
#include <cstring>

namespace pageloupe {
namespace {

constexpr auto kHexDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(0xff);
  for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) digits['a' + i] = static_cast<std::uint8_t>(10 + i);
  return digits;
}();

// A cursor over one line. The kernel's numbers here are unpadded or zero-padded lower-case hexadecimal.
class Cursor {
 public:
  explicit Cursor(std::string_view line)
      : begin_(line.data()), at_(line.data()), end_(line.data() + line.size()) {}

  Cursor& go_to(std::size_t place) {
    at_ = begin_ + place;
    return *this;
  }

  bool hex(std::uint64_t& value, char stop) {
    std::uint64_t sum = 0;
    const char* const first = at_;
    for (; at_ != end_; ++at_) {
      const auto digit = kHexDigits[static_cast<unsigned char>(*at_)];
      if (digit == 0xff) break;
      sum = sum << 4 | digit;
    }
    value = sum;
    return at_ != first && at_ - first <= 16 && skip(stop);
  }

  bool decimal(std::uint64_t& value) {
    const char* const first = at_;
    std::uint64_t sum = 0;
    for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_)
      sum = sum * 10 + static_cast<std::uint64_t>(*at_ - '0');
    value = sum;
    // Of twenty digits, what does not fit wraps to less than 10^19.
    return at_ != first &&
           (at_ - first <= 19 || (at_ - first == 20 && *first == '1' && sum >= 10'000'000'000'000'000'000U));
  }

  bool perms(Perms& perms) {
    if (end_ - at_ < 5) return false;
    const auto flag = [this](std::ptrdiff_t i, char yes, bool& to) {
      to = at_[i] == yes;
      return to || at_[i] == '-';
    };
    if (!flag(0, 'r', perms.read) || !flag(1, 'w', perms.write) || !flag(2, 'x', perms.execute)) return false;
    perms.shared = at_[3] == 's';
    if (!perms.shared && at_[3] != 'p') return false;
    at_ += 4;
    return skip(' ');
  }

  [[nodiscard]] bool at_word_end() const { return at_ == end_ || *at_ == ' '; }

  // The name is padded to column 73; it never begins with a blank itself.
  std::string_view rest() {
    while (at_ != end_ && *at_ == ' ') ++at_;
    return {at_, end_};
  }

 private:
  bool skip(char wanted) {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
};

constexpr std::uint64_t each_byte(std::uint64_t byte) { return byte * 0x0101010101010101; }

// Eight lower-case hexadecimal digits at once; `others` gets a bit where one of them is none: a digit is what
// its value, below sixteen, is spelt as.
[[gnu::always_inline]] inline std::uint64_t parse_eight(const char* text, std::uint64_t& others) {
  std::uint64_t x = 0;
  std::memcpy(&x, text, sizeof x);
  if constexpr (std::endian::native == std::endian::big) x = __builtin_bswap64(x);
  const auto spelling = x;
  x = (x & each_byte(0x0f)) + (x >> 6 & each_byte(1)) * 9;
  const auto letters = (x + each_byte(6)) >> 4 & each_byte(1);
  others |= ((x + each_byte('0') + letters * ('a' - '9' - 1)) ^ spelling) | (x & each_byte(0xf0));
  // Nibbles, then pairs, fours and the whole.
  x = (x << 4 | x >> 8) & 0x00ff00ff00ff00ff;
  x = (x << 8 | x >> 16) & 0x0000ffff0000ffff;
  return (x << 16 | x >> 32) & 0xffffffff;
}

// An address of eight to sixteen digits.
[[gnu::always_inline]] inline Address parse_address(const char* text, std::size_t digits,
                                                    std::uint64_t& others) {
  const auto high = parse_eight(text, others) >> (4 * (16 - digits));
  return Address{high << 32 | parse_eight(text + digits - 8, others)};
}

// Nearly all lines have an offset of eight digits and a device of two and two. Their parts stand at known
// places once the ends of the addresses are found, so that none waits for the one before it. Reads all but
// the permissions and the inode. Returns where the permissions are, 0 when the line has another shape.
constexpr std::size_t kInodeBehindPerms = std::string_view("rw-p 01234567 01:23 ").size();
std::size_t parse_usual(std::string_view line, Vma& vma, std::uint64_t& major, std::uint64_t& minor) {
  constexpr std::size_t kMost = 16;
  if (line.size() < std::string_view("01234567-01234567 rw-p 01234567 01:23 0").size()) return 0;
  const char* const text = line.data();
  std::size_t dash = 8;
  while (text[dash] != '-' && dash < kMost) ++dash;
  auto blank = dash + 1 + 8;
  while (text[blank] != ' ' && blank < dash + 1 + kMost) ++blank;
  const auto perms = blank + 1;
  if (line.size() <= perms + kInodeBehindPerms) return 0;
  const char* const at = text + perms;
  if (text[dash] != '-' || text[blank] != ' ' || at[4] != ' ' || at[13] != ' ' || at[16] != ':' ||
      at[19] != ' ')
    return 0;
  std::uint64_t others = 0;
  vma.start = parse_address(text, dash, others);
  vma.end = parse_address(text + dash + 1, blank - dash - 1, others);
  constexpr std::string_view kNoFile = "00000000 00:00 ";
  if (std::memcmp(at + 5, kNoFile.data(), kNoFile.size()) == 0) {
    vma.offset = {};
    major = minor = 0;
    return others == 0 ? perms : 0;
  }
  vma.offset.value = parse_eight(at + 5, others);
  const auto digit = [&](std::size_t i) -> std::uint64_t {
    return kHexDigits[static_cast<unsigned char>(at[i])];
  };
  major = digit(14) << 4 | digit(15);
  minor = digit(17) << 4 | digit(18);
  const bool digits_only = others == 0 && ((digit(14) | digit(15) | digit(17) | digit(18)) & 0xf0) == 0;
  return digits_only ? perms : 0;
}

}  // namespace

bool parse_maps_line(std::string_view line, Vma& vma) {
  Cursor cursor(line);
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  const auto perms = parse_usual(line, vma, major, minor);
  const bool placed = perms != 0 ? cursor.go_to(perms).perms(vma.perms)
                                 : cursor.hex(vma.start.value, '-') && cursor.hex(vma.end.value, ' ') &&
                                       cursor.perms(vma.perms) && cursor.hex(vma.offset.value, ' ') &&
                                       cursor.hex(major, ':') && cursor.hex(minor, ' ');
  if (perms != 0) cursor.go_to(perms + kInodeBehindPerms);
  if (!placed || !cursor.decimal(vma.inode) || !cursor.at_word_end() || vma.end < vma.start) return false;
  vma.device = {static_cast<std::uint32_t>(major), static_cast<std::uint32_t>(minor)};
  vma.name.assign(cursor.rest());
  return true;
}

}  // namespace pageloupe
