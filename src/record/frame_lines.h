// SPDX-License-Identifier: MIT
// The lines of one frame of a recording.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "record/codec.h"
#include "record/file_bytes.h"
#include "record/recorded.h"

namespace pageloupe {

// What a file may make a reader do.
struct ReadLimits {
  std::size_t line = std::size_t{96} << 20;  // bytes of one line; the writer's longest is shorter
  std::size_t processes = std::size_t{1} << 20;
  std::size_t mappings = std::size_t{1} << 22;  // of a process
};

class FrameLines {
 public:
  FrameLines(FileBytes& bytes, Codec codec, std::size_t longest_line);

  // From then on: the frame in the file's bytes from `begin` to `end`.
  void open(std::uint64_t begin, std::uint64_t end);

  // The next line without its end, with the bytes that it was; nothing behind the last. The view lasts until
  // the next call. Errors: where and why there is no more of the frame.
  [[nodiscard]] std::expected<std::optional<std::string_view>, Damage> next();

  // Whether the line that next() gave is the last of a block, so that the frame could end behind it.
  [[nodiscard]] bool at_block_end() const {
    return plain_ || (line_ == text_.size() && !more_ && at_ == block_end_);
  }

  // How far into the file's bytes it has come.
  [[nodiscard]] std::uint64_t offset() const;

 private:
  [[nodiscard]] std::expected<void, Damage> fill();
  // Up to where the file's bytes may be decompressed next: a step within one block loses no text of the one
  // before when this one is broken.
  [[nodiscard]] std::expected<std::uint64_t, Damage> block_end();
  [[nodiscard]] Damage damage(std::string what) const {
    return {.offset = offset(), .what = std::move(what)};
  }

  FileBytes& bytes_;
  std::unique_ptr<Decompressor> decompressor_;
  bool plain_;
  std::size_t longest_;
  std::uint64_t at_ = 0;  // in the file
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t block_end_ = 0;
  bool ended_ = false;  // the frame said so
  bool more_ = false;   // the last step filled its window: there may be more text of the same bytes
  std::string text_;    // decompressed, from line_ on not yet handed out
  std::size_t line_ = 0;
  std::size_t searched_ = 0;  // no line ends before
};

}  // namespace pageloupe
