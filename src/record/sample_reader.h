// SPDX-License-Identifier: MIT
// The samples of one frame, one after the other.
#pragma once

#include <expected>
#include <vector>

#include "record/crc32.h"
#include "record/frame_lines.h"
#include "record/map_lines.h"
#include "record/other_lines.h"

namespace pageloupe {

class SampleReader {
 public:
  SampleReader(FileBytes& bytes, Codec codec, const ReadLimits& limits)
      : limits_(limits), lines_(bytes, codec, limits.line) {}

  // From then on: the samples of that frame.
  void enter(const FrameEntry& frame);

  // True with the next sample, false behind the last. Errors: where and why there are no more; sample() is of
  // no meaning then.
  [[nodiscard]] std::expected<bool, Damage> next();

  [[nodiscard]] const RecordedSample& sample() const { return sample_; }

  // What the last frame began with; nothing before the first.
  [[nodiscard]] const std::optional<RecordingInfo>& info() const { return info_; }

 private:
  using Applied = std::expected<void, std::string>;  // the error: in words

  [[nodiscard]] Applied apply(std::string_view record);
  [[nodiscard]] Applied begin_frame();
  [[nodiscard]] Applied begin_sample();
  [[nodiscard]] Applied apply_name();
  [[nodiscard]] Applied apply_process();
  [[nodiscard]] Applied apply_map();
  [[nodiscard]] Applied apply_ended();
  [[nodiscard]] Applied end_sample();

  ReadLimits limits_;
  FrameLines lines_;
  JsonLine line_;
  Crc32 crc_;  // of the lines since the last sample's end
  std::optional<RecordingInfo> info_;
  RecordedSample sample_;
  MapLineReader map_lines_;
  bool in_sample_ = false;
  bool based_ = false;  // a sample that stands alone was read: changes can be applied
};

}  // namespace pageloupe
