// SPDX-License-Identifier: MIT
#include "render/output.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace pageloupe {

void Buffer::grow(std::size_t length) {
  constexpr std::size_t kFirst = 1024;
  const auto capacity = std::max({capacity_ * 2, size_ + length, kFirst});
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = capacity;
}

void Output::flush() {
  const char* at = buffer_.data();
  auto left = buffer_.size();
  while (left > 0 && error_ == 0) {
    const auto wrote = ::write(fd_, at, left);
    if (wrote < 0) {
      if (errno != EINTR) error_ = errno;
      continue;
    }
    at += wrote;
    left -= static_cast<std::size_t>(wrote);
  }
  buffer_.clear();
}

}  // namespace pageloupe
