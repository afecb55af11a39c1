// SPDX-License-Identifier: MIT
// The file that a recording is written to.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace pageloupe {

// A name in a folder that is held open: what is renamed later is in the same one.
class RecordingFile {
 public:
  // Opens or creates it, for the user alone (0600). Errors: in words: the file is a link, no regular file,
  // another user's, or written to by another recorder.
  [[nodiscard]] static std::expected<RecordingFile, std::string> open(const std::string& path);

  [[nodiscard]] int fd() const { return file_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Appends at `end()`; on a failure the file is cut back to where it ended. Returns errno, 0 for none.
  [[nodiscard]] int append(std::string_view bytes);
  [[nodiscard]] std::uint64_t end() const { return end_; }
  // Cuts the file there and appends from there. Returns errno.
  [[nodiscard]] int cut(std::uint64_t end);

  // FILE becomes FILE.1, what was FILE.1 becomes FILE.2, and so on up to `keep`, beyond which it is removed;
  // then FILE is a new one. With `keep` 0 it begins anew. Errors: in words.
  [[nodiscard]] std::expected<void, std::string> rotate(unsigned keep);

 private:
  RecordingFile() = default;
  [[nodiscard]] std::string numbered(unsigned number) const;
  [[nodiscard]] std::expected<UniqueFd, std::string> open_here(bool must_be_new) const;

  std::string path_;
  std::string name_;  // in the folder
  UniqueFd folder_;
  UniqueFd file_;
  std::uint64_t end_ = 0;
};

// What an errno says.
[[nodiscard]] std::string os_error_text(int error);

// Whether a recorder writes to the file that is open.
[[nodiscard]] bool is_being_recorded_to(int fd);

// Opens a recording to read it: a regular file, never blocks. Errors: in words.
[[nodiscard]] std::expected<UniqueFd, std::string> open_recording(const std::string& path);

}  // namespace pageloupe
