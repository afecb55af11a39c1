// SPDX-License-Identifier: MIT
#include "pstat/line_width.h"

#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe::pstat {

std::size_t line_width(const LineWidth& asked) {
  if (asked.unlimited) return 0;
  if (asked.columns) return static_cast<std::size_t>(*asked.columns);
  winsize size{};
  const bool terminal = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && ::isatty(STDOUT_FILENO) == 1;
  if (!terminal) return 0;
  const char* const text = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  const auto columns = text != nullptr ? to_number<std::uint16_t>(text) : std::nullopt;
  if (columns && *columns > 0) return *columns;
  return size.ws_col != 0 ? size.ws_col : 80;
}

}  // namespace pageloupe::pstat
