// SPDX-License-Identifier: MIT
#include "proc/maps.h"

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
  explicit Cursor(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}

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

  const char* at_;
  const char* end_;
};

}  // namespace

bool parse_maps_line(std::string_view line, Vma& vma) {
  Cursor cursor(line);
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  const bool shaped = cursor.hex(vma.start.value, '-') && cursor.hex(vma.end.value, ' ') &&
                      cursor.perms(vma.perms) && cursor.hex(vma.offset.value, ' ') &&
                      cursor.hex(major, ':') && cursor.hex(minor, ' ') && cursor.decimal(vma.inode) &&
                      cursor.at_word_end();
  if (!shaped || vma.end < vma.start) return false;
  vma.device = {static_cast<std::uint32_t>(major), static_cast<std::uint32_t>(minor)};
  vma.name.assign(cursor.rest());
  return true;
}

}  // namespace pageloupe
