// SPDX-License-Identifier: MIT
#include "record/file_bytes.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace pageloupe {

std::string_view FileBytes::at(std::uint64_t offset, std::size_t size) {
  constexpr auto kFurthest = std::uint64_t{std::numeric_limits<off_t>::max()} - kWindow;
  size = std::min(size, kWindow);
  if (offset > kFurthest) return {};
  const bool inside = offset >= begin_ && offset + size <= begin_ + kept_.size();
  if (!inside) {
    kept_.resize(kWindow);
    ssize_t got = -1;
    do {
      got = ::pread(fd_, kept_.data(), kept_.size(), static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    kept_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    begin_ = offset;
  }
  return std::string_view(kept_).substr(static_cast<std::size_t>(offset - begin_), size);
}

std::uint64_t FileBytes::size() const {
  struct stat status{};
  return ::fstat(fd_, &status) == 0 ? static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0)) : 0;
}

}  // namespace pageloupe
