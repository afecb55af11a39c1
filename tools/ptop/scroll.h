// SPDX-License-Identifier: MIT
// Lists that are longer than the screen.
#pragma once

#include <algorithm>
#include <cstddef>

namespace pageloupe::ptop {

// A list of `count` rows, seen through a window.
struct Window {
  std::size_t count = 0;  // rows of the list
  std::size_t rows = 0;   // rows of the window
};

// The first row that is shown: as near to `top` as it may be while the cursor is seen and no row of the
// window stays empty without need.
[[nodiscard]] constexpr std::size_t scrolled(std::size_t top, std::size_t cursor, Window window) {
  if (window.rows == 0 || window.count <= window.rows) return 0;
  const auto at = std::min(cursor, window.count - 1);
  top = std::min(top, window.count - window.rows);
  if (at < top) return at;
  return at >= top + window.rows ? at - window.rows + 1 : top;
}
static_assert(scrolled(0, 9, {.count = 10, .rows = 4}) == 6);
static_assert(scrolled(9, 8, {.count = 10, .rows = 4}) == 6);
static_assert(scrolled(5, 2, {.count = 10, .rows = 4}) == 2);
static_assert(scrolled(5, 2, {.count = 3, .rows = 4}) == 0);

// The row that many rows further down, or up where `by` is negative: no further than the ends.
[[nodiscard]] constexpr std::size_t moved(std::size_t cursor, std::ptrdiff_t by, std::size_t count) {
  if (count == 0) return 0;
  const auto last = static_cast<std::ptrdiff_t>(count - 1);
  const auto from = std::min(static_cast<std::ptrdiff_t>(cursor), last);
  if (by > last - from) return count - 1;
  return static_cast<std::size_t>(by < -from ? 0 : from + by);
}
static_assert(moved(3, -5, 10) == 0 && moved(3, 5, 7) == 6 && moved(9, 0, 4) == 3 && moved(0, 1, 0) == 0);

}  // namespace pageloupe::ptop
