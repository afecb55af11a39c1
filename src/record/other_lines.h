// SPDX-License-Identifier: MIT
// The lines of a recording that are not of a process. Each is an object whose "record" says what it is:
//   recording  begins a frame: schema and machine
//   sample     begins a sample
//   user, group  a name, before or among the processes of the first sample of a frame that needs it
//   process    a process that is new or has changed; in the first sample of a frame: every one
//   map, vma, unmapped  what has changed in its map, where maps are recorded: see map_lines.h
//   ended      the PIDs that are no more
//   end        ends a sample: how many processes there are, and the CRC-32 of all lines since the last "end",
//   or
//              since the frame's beginning
//   frame      one row of the index at the end of the file
//   index      ends it: where it begins
#pragma once

#include <span>

#include "record/json_line.h"
#include "record/recorded.h"
#include "render/output.h"

namespace pageloupe {

void append_recording_line(Buffer& buffer, const RecordingInfo& info);
// Errors: malformed; unsupported, where the schema is a later one. What is missing stays as it is by default.
[[nodiscard]] Result<RecordingInfo> read_recording_line(const JsonLine& line);

// `key`: the sample stands alone.
struct SampleLine {
  SampleHead head{};
  bool key = false;
};
void append_sample_line(Buffer& buffer, const SampleHead& head, bool key);
[[nodiscard]] Result<void> read_sample_line(const JsonLine& line, SampleLine& sample);

enum class NameOf : std::uint8_t { user, group };
void append_name_line(Buffer& buffer, NameOf of, std::uint32_t id, std::string_view name);
[[nodiscard]] Result<void> read_name_line(const JsonLine& line, RecordedSample& sample);

void append_ended_line(Buffer& buffer, std::span<const std::int32_t> pids);

struct EndLine {
  std::uint64_t processes = 0;
  std::optional<std::uint32_t> crc32{};  // nothing: not to be checked
};
void append_end_line(Buffer& buffer, const EndLine& end);
[[nodiscard]] Result<EndLine> read_end_line(const JsonLine& line);

// A frame of the file: what can be read on its own.
struct FrameEntry {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // in the file
  Timestamp first{};         // of its first sample
  Timestamp last{};
  std::uint64_t samples = 0;  // 0: not known
  friend bool operator==(const FrameEntry&, const FrameEntry&) = default;
};
void append_frame_line(Buffer& buffer, const FrameEntry& frame);
[[nodiscard]] Result<FrameEntry> read_frame_line(const JsonLine& line);
void append_index_line(Buffer& buffer, std::uint64_t offset);

}  // namespace pageloupe
