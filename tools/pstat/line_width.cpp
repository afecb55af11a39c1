// SPDX-License-Identifier: MIT
#include "pstat/line_width.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe::pstat {

namespace {

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

// COLUMNS, also where the output is no terminal; else the terminal's.
std::size_t width_of_output() {
  const char* const text = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  const auto columns = text != nullptr ? to_number<std::uint16_t>(text) : std::nullopt;
  if (columns && *columns > 0) return *columns;
  winsize size{};
  const bool terminal = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && ::isatty(STDOUT_FILENO) == 1;
  if (!terminal) return kUnlimited;
  return size.ws_col != 0 ? size.ws_col : 80;
}

}  // namespace

std::size_t line_width(const LineWidth& asked) {
  if (asked.unlimited) return 0;
  if (asked.columns) return static_cast<std::size_t>(*asked.columns);
  const auto width = std::max(asked.least, width_of_output());
  return width == kUnlimited ? 0 : width;
}

}  // namespace pageloupe::pstat
