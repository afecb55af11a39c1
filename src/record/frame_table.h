// SPDX-License-Identifier: MIT
// The frames of a recording, from the index at its end or, where there is none, by looking for them.
#pragma once

#include <expected>
#include <vector>

#include "record/frame_lines.h"
#include "record/other_lines.h"

namespace pageloupe {

struct FrameTable {
  Codec codec = Codec::plain;
  std::vector<FrameEntry> frames{};  // in the order of the file; one that looks damaged is among them
  bool from_index = false;
  bool ours = false;           // something in it says that it is a recording
  std::uint64_t data_end = 0;  // behind the last frame, where the index begins if there is one
};

// Errors: in words; the file is empty, is no recording, or cannot be decompressed by this build.
[[nodiscard]] std::expected<FrameTable, std::string> load_frame_table(FileBytes& bytes,
                                                                      const ReadLimits& limits);

// Appends what ends a file: the rows of the index, and where they begin. `offset`: where `out` will lie in
// the file. False when there was no memory.
[[nodiscard]] bool append_index(Buffer& out, Codec codec, std::span<const FrameEntry> frames,
                                std::uint64_t offset);

}  // namespace pageloupe
