// SPDX-License-Identifier: MIT
// Writes a recording: JSON Lines in frames that can be read on their own, each of a minute at most of samples
// a second. In the first sample of a frame every process has a line; in the others those that changed.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "record/codec.h"
#include "record/crc32.h"
#include "record/map_lines.h"
#include "record/other_lines.h"
#include "record/recording_file.h"
#include "sample/names.h"

namespace pageloupe {

// How large a recording may become. A file that is full, or old, is rotated: FILE becomes FILE.1.
struct RecordingLimits {
  std::uint64_t max_bytes = 0;  // of a file, which passes it by one sample at most; 0: without end
  Nanoseconds max_age{};        // of its first sample, by the wall clock; 0: without end
  unsigned keep = 1;            // how many full files are kept; 0: FILE begins anew
  // When a frame ends.
  std::uint64_t frame_samples = 60;
  std::uint64_t frame_text = std::uint64_t{64} << 20;
  Nanoseconds flush_after{10'000'000'000};  // what is older can be read from the file
};

class RecordingWriter {
 public:
  // Compressed where this build can, unless the name ends in ".jsonl". A file that holds a recording already
  // is continued, as it is stored, behind the last sample that can be read; any other that is not empty is
  // refused. `names`: of users and groups; nullptr: none are recorded. Errors: in words, without the name of
  // the file.
  [[nodiscard]] static std::expected<std::unique_ptr<RecordingWriter>, std::string> open(
      const std::string& path, const RecordingInfo& info, const RecordingLimits& limits, Names* names);

  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;
  ~RecordingWriter();

  // A sample: begin, every process that there is, end. The PIDs of one sample differ.
  void begin_sample(const SampleHead& head);
  // `files_at`: see RecordedProcess.
  void add(const Process& process, Instant files_at = {});
  // The map of the process that was added last, in ascending order, or why there is none.
  void add_map(std::span<const VmaRow> rows);
  void add_map(Errc error);
  // False once nothing more is written: error() says why.
  [[nodiscard]] bool end_sample();

  // Everything so far can be read from the file. The same answer.
  [[nodiscard]] bool flush();
  // Ends the file with its index; nothing can be added after that. The same answer. The destructor does it
  // too.
  [[nodiscard]] bool close();

  // Empty as long as all went well.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  // Written to files so far, and the text that it stands for.
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] std::uint64_t text_written() const { return text_written_; }

 private:
  // What the last line of a process said.
  struct Known {
    Ticks start{};
    std::uint64_t changing = 0;
    std::uint64_t stable = 0;
    std::uint64_t seen = 0;  // number of the last sample that had it
  };

  RecordingWriter(RecordingFile file, const RecordingInfo& info, const RecordingLimits& limits, Names* names)
      : file_(std::move(file)), info_(info), limits_(limits), names_(names) {}

  [[nodiscard]] std::expected<void, std::string> continue_file(Codec codec);
  void begin_frame();
  void end_frame();
  void rotate_if_full();
  void note_names(const Process& process);
  void note_name(NameOf of, std::uint32_t id);
  void list_ended();
  void pass_on();  // text to the compressor
  void store();    // what is compressed to the file
  void fail(std::string_view what, int error);

  RecordingFile file_;
  RecordingInfo info_;
  RecordingLimits limits_;
  Names* names_;
  std::unique_ptr<Compressor> compressor_;
  Codec codec_ = Codec::plain;
  Buffer text_;        // not yet compressed
  Buffer compressed_;  // not yet in the file
  Crc32 crc_;
  std::vector<FrameEntry> frames_;
  std::unordered_map<std::int32_t, Known> known_;
  MapLines maps_;
  Pid last_added_{};
  bool last_is_whole_ = false;               // nothing of it, or of one that had its ID, can be referred to
  std::unordered_set<std::uint64_t> named_;  // in this frame
  std::vector<std::int32_t> ended_;
  SampleHead head_;
  bool key_ = false;
  bool in_frame_ = false;
  bool closed_ = false;
  std::uint64_t frame_text_ = 0;
  std::uint64_t in_sample_ = 0;
  std::uint64_t samples_ = 0;
  std::uint64_t text_written_ = 0;
  std::uint64_t bytes_written_ = 0;
  Instant flushed_at_{};
  std::string error_;
};

}  // namespace pageloupe
