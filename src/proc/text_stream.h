// SPDX-License-Identifier: MIT
// A kernel text that is read in pieces: maps and smaps of a large process are tens of megabytes, and the
// kernel gives at most one page of it a read.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace pageloupe {

class TextStream {
 public:
  explicit TextStream(UniqueFd fd);

  // What was read and not yet consumed; valid until the next fill().
  [[nodiscard]] std::string_view pending() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t length) { begin_ += length; }

  // Reads on behind what is pending. True when there is more text than before, false at the end.
  // Errors: gone, denied, io.
  [[nodiscard]] Result<bool> fill();

  [[nodiscard]] bool at_end() const { return at_end_; }

 private:
  void make_room();

  UniqueFd fd_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace pageloupe
