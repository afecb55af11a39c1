// SPDX-License-Identifier: MIT
#include "cli/output_width.h"

#include <cstdint>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace pageloupe {

std::optional<std::size_t> output_width() {
  const char* const text = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  const auto columns = text != nullptr ? to_number<std::uint16_t>(text) : std::nullopt;
  if (columns && *columns > 0) return *columns;
  winsize size{};
  const bool terminal = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && ::isatty(STDOUT_FILENO) == 1;
  if (!terminal) return std::nullopt;
  constexpr std::size_t kUsual = 80;
  return size.ws_col != 0 ? size.ws_col : kUsual;
}

}  // namespace pageloupe
