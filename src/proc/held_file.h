// SPDX-License-Identifier: MIT
// A file of the kernel that is read again and again. It stays open: each time that spares finding it, and
// making and freeing what the kernel keeps of an open file, which is most of what a short text costs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace pageloupe {

// How many descriptors this process may have open (RLIMIT_NOFILE, raised as far as it may be).
[[nodiscard]] std::size_t most_descriptors();

// Where there are fewer than 256 none is held.
[[nodiscard]] bool may_hold_descriptors();

class HeldFile {
 public:
  HeldFile() = default;
  // `name` is for errors and outlives the file. With a path the file is opened anew for each reading where
  // descriptors are few.
  HeldFile(UniqueFd fd, std::string_view name, std::string path = {});

  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(fd_) || !path_.empty(); }

  // The whole text as it is now, in `buffer`, which only grows. Errors: denied, unsupported, gone, io.
  [[nodiscard]] Result<std::string_view> read(std::string& buffer) const;

 private:
  UniqueFd fd_;
  std::string_view name_;
  std::string path_;  // where fd_ is not held
};

}  // namespace pageloupe
