// SPDX-License-Identifier: MIT
#include "proc/text_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proc/read_piece.h"

namespace pageloupe {
namespace {

// Small enough to stay in the L1 data cache beside the parser's own state: the kernel has just written it.
constexpr std::size_t kFirstCapacity = 32768;

}  // namespace

TextStream::TextStream(UniqueFd fd)
    : fd_(std::move(fd)),
      capacity_(kFirstCapacity),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

TextStream::TextStream(std::unique_ptr<FeedReader> feed) : feed_(std::move(feed)) {}

// Returns the memory that it had.
std::unique_ptr<char[]> TextStream::grow(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ != 0) std::memcpy(larger.get(), buffer_.get(), end_);
  capacity_ = capacity;
  return std::exchange(buffer_, std::move(larger));
}

void TextStream::make_room() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // One record is longer than the whole buffer: a path of thousands of escaped bytes.
  if (capacity_ - end_ < kKernelPage) static_cast<void>(grow(capacity_ * 2));
}

// The block takes the place of the buffer where what is pending has room in front of it.
void TextStream::append(TextBlock block) {
  const auto pending = end_ - begin_;
  if (pending <= TextBlock::kHeadroom) {
    const auto begin = TextBlock::kHeadroom - pending;
    if (pending != 0) std::memcpy(block.memory.get() + begin, buffer_.get() + begin_, pending);
    std::swap(buffer_, block.memory);
    const auto capacity = std::exchange(capacity_, TextBlock::kCapacity);
    begin_ = begin;
    end_ = TextBlock::kHeadroom + block.length;
    if (capacity == TextBlock::kCapacity) feed_->give_back(std::move(block.memory));
    return;
  }
  if (capacity_ - end_ < block.length) {
    const bool was_block = capacity_ == TextBlock::kCapacity;
    // Of another size than blocks have, so that it is not taken for one.
    auto memory = grow(2 * capacity_ + block.length);
    if (was_block) feed_->give_back(std::move(memory));
  }
  std::memcpy(buffer_.get() + end_, block.memory.get() + TextBlock::kHeadroom, block.length);
  end_ += block.length;
  feed_->give_back(std::move(block.memory));
}

Result<bool> TextStream::fill_from_feed() {
  auto block = feed_->next();
  if (!block) return std::unexpected(block.error());
  if (block->length == 0) {
    at_end_ = true;
    return false;
  }
  append(std::move(*block));
  return true;
}

Result<bool> TextStream::fill() {
  if (at_end_) return false;
  if (feed_) return fill_from_feed();
  make_room();
  const auto before = end_;
  // No more at once than the first buffer holds, however large it grew.
  const auto stop = std::min(capacity_, before + kFirstCapacity);
  while (stop - end_ >= kKernelPage) {
    const auto got = read_piece(fd_.get(), buffer_.get() + end_, stop - end_);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) {
      at_end_ = true;
      break;
    }
    end_ += *got;
  }
  return end_ > before;
}

}  // namespace pageloupe
