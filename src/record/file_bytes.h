// SPDX-License-Identifier: MIT
// The bytes of a file at any place, through a window that is kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "record/zstd_frame.h"

namespace pageloupe {

class FileBytes {
 public:
  // The descriptor stays the caller's.
  explicit FileBytes(int fd) : fd_(fd) {}

  // As many bytes as there are from `offset` on, up to `size` (64 KiB at most); none at the end, and where
  // reading fails. The view lasts until the next call.
  [[nodiscard]] std::string_view at(std::uint64_t offset, std::size_t size);

  // What is kept may have changed in the file.
  void forget() { kept_.clear(); }

  // Its size now, 0 where that cannot be told.
  [[nodiscard]] std::uint64_t size() const;

  [[nodiscard]] ReadAt reader() {
    return [this](std::uint64_t offset, std::size_t size) { return at(offset, size); };
  }

  static constexpr std::size_t kWindow = 65536;

 private:
  int fd_;
  std::uint64_t begin_ = 0;
  std::string kept_;
};

}  // namespace pageloupe
