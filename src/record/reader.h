// SPDX-License-Identifier: MIT
// Reads a recording, forwards, backwards and from any time on. What is damaged is passed over and named.
#pragma once

#include <memory>
#include <span>

#include "base/unique_fd.h"
#include "record/frame_table.h"
#include "record/sample_reader.h"

namespace pageloupe {

class RecordingReader {
 public:
  using Opened = std::expected<std::unique_ptr<RecordingReader>, std::string>;

  // Errors: in words, without the name of the file: it cannot be opened, is no recording, or nothing of it
  // can be read. A recording without a sample is none.
  [[nodiscard]] static Opened open(const std::string& path, const ReadLimits& limits = {});
  // The same of a regular file that is open.
  [[nodiscard]] static Opened open(UniqueFd file, const ReadLimits& limits = {});

  // One sample onwards, or back. False at the end, or the beginning: the current sample stays. A step back,
  // and a seek, read the frame from its beginning.
  [[nodiscard]] bool next();
  [[nodiscard]] bool back();
  // To the last sample at that time or before; to the first where all are later. False when none can be read.
  [[nodiscard]] bool seek(Timestamp time);

  // The current sample, of no meaning before the first step. Valid until the next one.
  [[nodiscard]] const RecordedSample& sample() const { return samples_.sample(); }
  // Of the frame that it is in.
  [[nodiscard]] const RecordingInfo& info() const { return *samples_.info(); }

  // The times of the first and the last sample of the file that can be read.
  [[nodiscard]] Timestamp first_time() const { return first_time_; }
  [[nodiscard]] Timestamp last_time() const { return last_time_; }

  // What was met so far, in the order of the file, each place once, 100 at most. A file whose
  // writer was killed "ends within a frame"; of one that a recorder still writes to that is no damage.
  [[nodiscard]] std::span<const Damage> damage() const { return damage_; }

  // Whether the file was ended properly.
  [[nodiscard]] bool is_complete() const { return table_.from_index; }

 private:
  RecordingReader(UniqueFd file, std::unique_ptr<FileBytes> bytes, FrameTable table, const ReadLimits& limits)
      : file_(std::move(file)),
        bytes_(std::move(bytes)),
        table_(std::move(table)),
        samples_(*bytes_, table_.codec, limits) {}

  [[nodiscard]] bool find_ends();
  void enter(std::size_t frame);
  [[nodiscard]] bool step();
  // To sample `number` of a frame, counted from 1, or to its last before that; false when it has none.
  [[nodiscard]] bool read_up_to(std::size_t frame, std::uint64_t number);
  [[nodiscard]] bool seek_within(std::size_t frame, Timestamp time);
  void note(const Damage& damage);

  UniqueFd file_;
  std::unique_ptr<FileBytes> bytes_;
  FrameTable table_;
  SampleReader samples_;
  std::size_t frame_ = 0;       // that was entered
  std::uint64_t position_ = 0;  // how many samples were read of it
  bool entered_ = false;
  bool grows_ = false;   // a recorder writes to it: that it ends in the midst of something is no damage
  bool broken_ = false;  // the last step met damage, and left no sample
  Timestamp first_time_{};
  Timestamp last_time_{};
  std::vector<Damage> damage_;
};

}  // namespace pageloupe
