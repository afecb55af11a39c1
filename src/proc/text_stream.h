// SPDX-License-Identifier: MIT
// A kernel text that is read in pieces: maps and smaps of a large process are tens of megabytes, and the
// kernel gives at most one page of it a read.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/text_feed.h"

namespace pageloupe {

class TextStream {
 public:
  // Read as it is asked for.
  explicit TextStream(UniqueFd fd);
  // Read ahead by another thread.
  explicit TextStream(std::unique_ptr<FeedReader> feed);

  // What was read and not yet consumed; valid until the next fill().
  [[nodiscard]] std::string_view pending() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t length) { begin_ += length; }

  // Reads on behind what is pending. True when there is more text than before, false at the end.
  // Errors: gone, denied, io, blocked.
  [[nodiscard]] Result<bool> fill();

  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  void make_room();
  [[nodiscard]] std::unique_ptr<char[]> grow(std::size_t capacity);
  [[nodiscard]] Result<bool> fill_from_feed();
  void append(TextBlock block);

  UniqueFd fd_;
  std::unique_ptr<FeedReader> feed_;
  std::size_t capacity_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace pageloupe
