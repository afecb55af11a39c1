// SPDX-License-Identifier: MIT
// Rows of numbers that wait until the widths of their columns are known. A row is kept as what differs from
// the one before it: some twenty bytes for a mapping rather than the kilobyte of its cells.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pageloupe::ppmap {

class NumberLog {
 public:
  // Forgets the rows; the first one is compared with zeros.
  void reset(std::size_t columns) {
    last_.assign(columns, 0);
    bytes_.clear();
  }

  // Adds a row of so many numbers. Calls changed(column, number) for those that are not as in the row before.
  template <class Changed>
  void add(std::span<const std::uint64_t> numbers, Changed changed) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == last_[i]) continue;
      put(i + 1);
      put(zigzag(numbers[i] - last_[i]));
      last_[i] = numbers[i];
      changed(i, numbers[i]);
    }
    put(kEndOfRow);
  }

  // Goes through the rows: changed(column, number) as add() did, then end_row().
  template <class Changed, class EndRow>
  void replay(Changed changed, EndRow end_row) const {
    std::vector<std::uint64_t> numbers(last_.size());
    for (std::size_t at = 0; at < bytes_.size();) {
      const auto column = take(at);
      if (column == kEndOfRow) {
        end_row();
        continue;
      }
      auto& number = numbers[column - 1];
      number += unzigzag(take(at));
      changed(column - 1, number);
    }
  }

 private:
  static constexpr std::uint64_t kEndOfRow = 0;

  // Small differences of either sign are small numbers.
  static std::uint64_t zigzag(std::uint64_t difference) {
    return difference << 1 ^ (difference >> 63 != 0 ? ~std::uint64_t{0} : 0);
  }
  static std::uint64_t unzigzag(std::uint64_t number) {
    return number >> 1 ^ ((number & 1) != 0 ? ~std::uint64_t{0} : 0);
  }

  // Seven bits a byte, the lowest first; the highest bit says that more follow.
  void put(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_.push_back(static_cast<std::uint8_t>(number | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(number));
  }
  [[nodiscard]] std::uint64_t take(std::size_t& at) const {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t byte = bytes_[at++];
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }

  std::vector<std::uint64_t> last_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace pageloupe::ppmap
