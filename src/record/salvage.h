// SPDX-License-Identifier: MIT
// What can be kept of a recording whose writer was killed, so that it can be continued.
#pragma once

#include "record/frame_table.h"

namespace pageloupe {

// The end of the last frame of a file.
struct LastFrame {
  std::uint64_t keep = 0;  // the file up to there holds whole samples only
  bool open = false;       // a frame of Zstandard that lacks its last block
  std::uint64_t samples = 0;
  Timestamp last{};
};

// Looks at the frame to its end. Nothing where it is complete, or damaged rather than cut short: the file is
// then to be left as it is. `keep` is the frame's beginning when no sample of it is whole.
[[nodiscard]] std::optional<LastFrame> cut_short(FileBytes& bytes, Codec codec, const FrameEntry& frame,
                                                 const ReadLimits& limits);

}  // namespace pageloupe
