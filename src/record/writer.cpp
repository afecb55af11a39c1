// SPDX-License-Identifier: MIT
#include "record/writer.h"

#include <algorithm>

#include "record/process_line.h"
#include "record/salvage.h"
#include "render/format.h"

namespace pageloupe {
namespace {

constexpr std::size_t kBlock = 65536;

Codec codec_for(const std::string& path) {
  if (path.ends_with(".zst")) return Codec::zstd;
  return has_zstd() && !path.ends_with(".jsonl") ? Codec::zstd : Codec::plain;
}

template <class Point>
bool has_passed(Point from, Point now, Nanoseconds duration) {
  return now < from || now.value - from.value >= duration.value;
}

}  // namespace

std::expected<std::unique_ptr<RecordingWriter>, std::string> RecordingWriter::open(
    const std::string& path, const RecordingInfo& info, const RecordingLimits& limits, Names* names) {
  const auto codec = codec_for(path);
  if (codec == Codec::zstd && !has_zstd()) {
    return std::unexpected("cannot be compressed by this build; name it without .zst, or .jsonl");
  }
  auto file = RecordingFile::open(path);
  if (!file) return std::unexpected(std::move(file.error()));
  std::unique_ptr<RecordingWriter> writer(new RecordingWriter(std::move(*file), info, limits, names));
  if (auto ready = writer->continue_file(codec); !ready) return std::unexpected(std::move(ready.error()));
  return writer;
}

std::expected<void, std::string> RecordingWriter::continue_file(Codec codec) {
  codec_ = codec;
  if (file_.end() != 0) {
    FileBytes bytes(file_.fd());
    auto table = load_frame_table(bytes, {});
    if (!table) return std::unexpected("holds something already: it " + table.error());
    if (!table->ours) return std::unexpected("holds something already that is no recording");
    codec_ = table->codec;
    frames_ = std::move(table->frames);
    // Behind the samples there is an index, or what is left of one.
    int error = file_.cut(table->data_end);
    const auto last =
        table->from_index || frames_.empty() ? std::nullopt : cut_short(bytes, codec_, frames_.back(), {});
    if (last) {
      error = file_.cut(last->keep);
      if (last->open && error == 0) error = file_.append(kLastBlock);
      frames_.back().last = last->last;
      frames_.back().samples = last->samples;
      frames_.back().length = file_.end() - frames_.back().offset;
      if (frames_.back().length == 0) frames_.pop_back();
    }
    if (error != 0) return std::unexpected("cannot be continued: " + os_error_text(error));
  }
  compressor_ = make_compressor(codec_);
  if (!compressor_) return std::unexpected("cannot be compressed: no memory");
  return {};
}

RecordingWriter::~RecordingWriter() { (void)close(); }

void RecordingWriter::fail(std::string_view what, int error) {
  if (!error_.empty()) return;
  error_ = what;
  if (error != 0) error_ += ": " + os_error_text(error);
}

// ---- A sample ---------------------------------------------------------------------------------------------

void RecordingWriter::begin_sample(const SampleHead& head) {
  if (!error_.empty() || closed_) return;
  head_ = head;
  rotate_if_full();
  key_ = !in_frame_;
  if (key_) begin_frame();
  ++samples_;
  in_sample_ = 0;
  append_sample_line(text_, head_, key_);
}

void RecordingWriter::add(const Process& process, Instant files_at) {
  if (!error_.empty() || closed_) return;
  ++in_sample_;
  auto digest = digest_of(process);
  digest.changing ^= files_at.value;  // files that were read again are news, if only of their age
  const auto start = process.stat ? process.stat->starttime : Ticks{};
  auto [place, is_new] = known_.try_emplace(process.pid.value);
  auto& known = place->second;
  const bool whole = key_ || is_new || known.start != start || known.stable != digest.stable;
  const bool changed = whole || known.changing != digest.changing;
  last_added_ = process.pid;
  last_is_whole_ = key_ || is_new || known.start != start;
  known = {.start = start, .changing = digest.changing, .stable = digest.stable, .seen = samples_};
  if (!changed) return;
  note_names(process);
  append_process_line(text_, process, whole, files_at);
  if (text_.size() >= kBlock) pass_on();
}

void RecordingWriter::add_map(std::span<const VmaRow> rows) {
  if (!error_.empty() || closed_) return;
  maps_.append(text_, last_added_, rows, last_is_whole_);
  if (text_.size() >= kBlock) pass_on();
}

void RecordingWriter::add_map(Errc error) {
  if (!error_.empty() || closed_) return;
  maps_.append(text_, last_added_, error, last_is_whole_);
}

bool RecordingWriter::end_sample() {
  if (!error_.empty() || closed_) return error_.empty();
  list_ended();
  pass_on();
  append_end_line(text_, {.processes = known_.size(), .crc32 = crc_.value()});
  pass_on();
  crc_.clear();
  auto& frame = frames_.back();
  frame.last = head_.time;
  ++frame.samples;
  if (frame.samples >= limits_.frame_samples || frame_text_ >= limits_.frame_text) {
    end_frame();
  } else if (has_passed(flushed_at_, head_.boottime, limits_.flush_after)) {
    return flush();
  }
  return error_.empty();
}

// Who was in the sample before and is not in this one.
void RecordingWriter::list_ended() {
  ended_.clear();
  std::erase_if(known_, [this](const auto& known) {
    if (known.second.seen == samples_) return false;
    ended_.push_back(known.first);
    maps_.forget(known.first);
    return true;
  });
  if (ended_.empty() || key_) return;
  std::ranges::sort(ended_);
  append_ended_line(text_, ended_);
}

// ---- Names ------------------------------------------------------------------------------------------------

void RecordingWriter::note_names(const Process& process) {
  if (names_ == nullptr) return;
  if (process.owner) {
    note_name(NameOf::user, process.owner->uid);
    note_name(NameOf::group, process.owner->gid);
  }
  if (!process.status) return;
  for (const auto uid : process.status->uid) note_name(NameOf::user, uid);
  for (const auto gid : process.status->gid) note_name(NameOf::group, gid);
}

void RecordingWriter::note_name(NameOf of, std::uint32_t id) {
  const auto key = std::uint64_t{of == NameOf::group} << 32 | id;
  if (!named_.insert(key).second) return;
  const auto name = of == NameOf::user ? names_->user(id) : names_->group(id);
  if (name != Decimal(id).view()) append_name_line(text_, of, id, name);
}

// ---- Frames and files -------------------------------------------------------------------------------------

void RecordingWriter::begin_frame() {
  frames_.push_back(
      {.offset = file_.end(), .length = 0, .first = head_.time, .last = head_.time, .samples = 0});
  named_.clear();
  crc_.clear();
  frame_text_ = 0;
  in_frame_ = true;
  append_recording_line(text_, info_);
}

void RecordingWriter::end_frame() {
  if (!in_frame_ || !error_.empty()) return;
  pass_on();
  if (!compressor_->end(compressed_)) fail("cannot be compressed: no memory", 0);
  store();
  in_frame_ = false;
  flushed_at_ = head_.boottime;
  frames_.back().length = file_.end() - frames_.back().offset;
}

void RecordingWriter::rotate_if_full() {
  const bool full = limits_.max_bytes != 0 && file_.end() + compressed_.size() >= limits_.max_bytes;
  const bool old = limits_.max_age.value != 0 && !frames_.empty() &&
                   has_passed(frames_.front().first, head_.time, limits_.max_age);
  if (!full && !old) return;
  (void)close();
  closed_ = false;
  if (!error_.empty()) return;
  if (const auto rotated = file_.rotate(limits_.keep); !rotated) return fail(rotated.error(), 0);
  frames_.clear();
}

void RecordingWriter::pass_on() {
  crc_.add(text_.view());
  frame_text_ += text_.size();
  text_written_ += text_.size();
  if (!compressor_->write(text_.view(), compressed_)) fail("cannot be compressed: no memory", 0);
  text_.clear();
  if (compressed_.size() >= kBlock) store();
}

void RecordingWriter::store() {
  if (!error_.empty() || compressed_.empty()) return;
  if (const int error = file_.append(compressed_.view()); error != 0) fail("cannot be written", error);
  bytes_written_ += compressed_.size();
  compressed_.clear();
}

bool RecordingWriter::flush() {
  if (!error_.empty() || !in_frame_) return error_.empty();
  pass_on();
  if (!compressor_->flush(compressed_)) fail("cannot be compressed: no memory", 0);
  store();
  flushed_at_ = head_.boottime;
  return error_.empty();
}

bool RecordingWriter::close() {
  if (closed_ || !error_.empty()) return error_.empty();
  end_frame();
  closed_ = true;
  if (!error_.empty() || frames_.empty()) return error_.empty();
  const auto offset = frames_.back().offset + frames_.back().length;
  if (offset != file_.end()) return true;  // behind something that is not ours: no index would be right
  if (!append_index(compressed_, codec_, frames_, offset)) fail("cannot be compressed: no memory", 0);
  store();
  return error_.empty();
}

}  // namespace pageloupe
