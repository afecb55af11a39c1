// SPDX-License-Identifier: MIT
#include "record/reader.h"

#include <algorithm>
#include <limits>

#include "record/recording_file.h"

namespace pageloupe {
namespace {

constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();

}  // namespace

RecordingReader::Opened RecordingReader::open(const std::string& path, const ReadLimits& limits) {
  auto file = open_recording(path);
  if (!file) return std::unexpected(std::move(file.error()));
  return open(std::move(*file), limits);
}

RecordingReader::Opened RecordingReader::open(UniqueFd file, const ReadLimits& limits) {
  auto bytes = std::make_unique<FileBytes>(file.get());
  auto table = load_frame_table(*bytes, limits);
  if (!table) return std::unexpected(std::move(table.error()));
  std::unique_ptr<RecordingReader> reader(
      new RecordingReader(std::move(file), std::move(bytes), std::move(*table), limits));
  reader->grows_ = is_being_recorded_to(reader->file_.get());
  if (reader->find_ends()) return reader;
  if (reader->damage_.empty()) return std::unexpected("holds no sample");
  const auto& first = reader->damage_.front();
  return std::unexpected("holds no sample that can be read: byte " + std::to_string(first.offset) + ": " +
                         first.what);
}

bool RecordingReader::find_ends() {
  const auto frames = table_.frames.size();
  std::size_t first = 0;
  while (first < frames && !read_up_to(first, 1)) ++first;
  if (first == frames) return false;
  first_time_ = sample().head.time;
  last_time_ = table_.frames.back().last;
  for (auto last = frames; !table_.from_index && last-- > first;) {
    if (!read_up_to(last, kAll)) continue;
    last_time_ = sample().head.time;
    break;
  }
  entered_ = false;
  position_ = 0;
  return true;
}

// ---- Steps ------------------------------------------------------------------------------------------------

void RecordingReader::enter(std::size_t frame) {
  samples_.enter(table_.frames[frame]);
  frame_ = frame;
  position_ = 0;
  entered_ = true;
  broken_ = false;
}

bool RecordingReader::step() {
  if (broken_) return false;
  const auto got = samples_.next();
  broken_ = !got;
  if (!got) {
    note(got.error());
    return false;
  }
  if (*got) ++position_;
  return *got;
}

bool RecordingReader::read_up_to(std::size_t frame, std::uint64_t number) {
  enter(frame);
  while (position_ < number && step()) {
  }
  if (!broken_) return position_ != 0;
  // The step that met damage left half a sample behind: once more, up to the one before.
  const auto whole = position_;
  if (whole == 0) return false;
  enter(frame);
  while (position_ < whole && step()) {
  }
  return position_ == whole;
}

bool RecordingReader::next() {
  if (!entered_) enter(0);
  const auto frame = frame_;
  const auto position = position_;
  while (!step()) {
    if (frame_ + 1 < table_.frames.size()) {
      enter(frame_ + 1);
      continue;
    }
    // Back to the last, if that is no longer what was read.
    if (position != 0 && (broken_ || frame_ != frame)) (void)read_up_to(frame, position);
    return false;
  }
  return true;
}

bool RecordingReader::back() {
  const auto frame = frame_;
  const auto position = position_;
  if (position > 1) return read_up_to(frame, position - 1);
  if (!entered_ || frame == 0) return false;
  for (auto before = frame; before-- > 0;) {
    if (read_up_to(before, kAll)) return true;
  }
  (void)read_up_to(frame, position);
  return false;
}

bool RecordingReader::seek(Timestamp time) {
  const auto& frames = table_.frames;
  const auto begins = [time](const FrameEntry& frame) { return frame.first <= time; };
  // The last that does, whatever the wall clock did meanwhile.
  const auto found = std::find_if(frames.rbegin(), frames.rend(), begins);
  for (auto frame = static_cast<std::size_t>(frames.rend() - found); frame-- > 0;) {
    if (seek_within(frame, time)) return true;
  }
  for (std::size_t frame = 0; frame < frames.size(); ++frame) {
    if (read_up_to(frame, 1)) return true;
  }
  return false;
}

bool RecordingReader::seek_within(std::size_t frame, Timestamp time) {
  enter(frame);
  std::uint64_t last = 0;
  bool beyond = false;
  while (!beyond && step()) {
    beyond = sample().head.time > time;
    if (!beyond) last = position_;
  }
  if (last == 0) return false;
  return beyond || broken_ ? read_up_to(frame, last) : true;
}

void RecordingReader::note(const Damage& damage) {
  constexpr std::size_t kMost = 100;
  if (damage.cut && grows_ && frame_ + 1 == table_.frames.size()) return;
  const auto place = std::ranges::lower_bound(damage_, damage.offset, {}, &Damage::offset);
  if (place != damage_.end() && place->offset == damage.offset) return;
  if (damage_.size() < kMost) damage_.insert(place, damage);
}

}  // namespace pageloupe
