// SPDX-License-Identifier: MIT
// A file of the kernel that is read again and again. It stays open: each time that spares finding it, and
// making and freeing what the kernel keeps of an open file, which is most of what a short text costs.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace pageloupe {

class HeldFile {
 public:
  HeldFile() = default;
  // `name` is for errors and outlives the file.
  HeldFile(UniqueFd fd, std::string_view name) : fd_(std::move(fd)), name_(name) {}

  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(fd_); }

  // The whole text as it is now, in `buffer`, which only grows. Errors: denied, unsupported, gone, io.
  [[nodiscard]] Result<std::string_view> read(std::string& buffer) const;

 private:
  UniqueFd fd_;
  std::string_view name_;
};

}  // namespace pageloupe
