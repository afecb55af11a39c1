// SPDX-License-Identifier: MIT
#include "proc/text_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pageloupe {
namespace {

// Small enough to stay in the L1 data cache beside the parser's own state: the kernel has just written it.
constexpr std::size_t kFirstCapacity = 32768;
constexpr std::size_t kKernelPage = 4096;

}  // namespace

TextStream::TextStream(UniqueFd fd)
    : fd_(std::move(fd)),
      capacity_(kFirstCapacity),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

void TextStream::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - end_ >= kKernelPage) return;
  // One record is longer than the whole buffer: a path of thousands of escaped bytes.
  auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
  std::memcpy(larger.get(), buffer_.get(), end_);
  buffer_ = std::move(larger);
  capacity_ *= 2;
}

Result<bool> TextStream::fill() {
  if (at_end_) return false;
  make_room();
  const auto before = end_;
  // No more at once than the first buffer holds, however large it grew.
  const auto stop = std::min(capacity_, before + kFirstCapacity);
  while (stop - end_ >= kKernelPage) {
    const auto got = ::read(fd_.get(), buffer_.get() + end_, stop - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const auto code = errno == ESRCH                      ? Errc::gone
                        : errno == EACCES || errno == EPERM ? Errc::denied
                                                            : Errc::io;
      return std::unexpected(Error{.code = code, .os_error = errno});
    }
    if (got == 0) {
      at_end_ = true;
      break;
    }
    end_ += static_cast<std::size_t>(got);
  }
  return end_ > before;
}

}  // namespace pageloupe
