// SPDX-License-Identifier: MIT
#include "record/frame_table.h"

#include <algorithm>

namespace pageloupe {
namespace {

constexpr std::string_view kTrailerMagic = "PAGELOUP";
constexpr std::size_t kTrailer = 24;  // a skippable frame: magic, size, ours, the offset of the index
constexpr std::string_view kSchemaName = "pageloupe.recording/";
constexpr std::string_view kFirstLine = R"({"record":"recording")";
constexpr std::string_view kLaterFirstLine = "\n{\"record\":\"recording\"";

void append_little_endian(Buffer& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xffU));
}

std::optional<std::uint64_t> find_bytes(FileBytes& bytes, std::uint64_t from, std::string_view wanted) {
  for (;;) {
    const auto window = bytes.at(from, FileBytes::kWindow);
    if (window.size() < wanted.size()) return std::nullopt;
    const auto found = window.find(wanted);
    if (found != std::string_view::npos) return from + found;
    from += window.size() - wanted.size() + 1;
  }
}

// ---- With an index ----------------------------------------------------------------------------------------

std::optional<std::uint64_t> trailer_offset(FileBytes& bytes, std::uint64_t size) {
  if (size < kTrailer) return std::nullopt;
  const auto trailer = bytes.at(size - kTrailer, kTrailer);
  if (trailer.size() != kTrailer || little_endian(trailer.substr(0, 4)) != kSkippableMagic ||
      trailer.substr(8, 8) != kTrailerMagic) {
    return std::nullopt;
  }
  return little_endian(trailer.substr(16));
}

std::optional<std::uint64_t> last_line_offset(FileBytes& bytes, std::uint64_t size) {
  constexpr std::uint64_t kLongest = 256;
  const auto begin = size - std::min(size, kLongest);
  auto tail = bytes.at(begin, kLongest);
  if (!tail.ends_with('\n')) return std::nullopt;
  tail.remove_suffix(1);
  JsonLine line;
  if (!line.parse(tail.substr(tail.rfind('\n') + 1)) || line.text("record") != "index") return std::nullopt;
  return line.whole("offset");
}

// By its first bytes; by its last where those are damaged.
std::optional<Codec> detect_codec(FileBytes& bytes) {
  const auto head = bytes.at(0, kFirstLine.size());
  if (head.starts_with(kZstdMagicBytes)) return Codec::zstd;
  if (head == kFirstLine) return Codec::plain;
  const auto size = bytes.size();
  if (trailer_offset(bytes, size)) return Codec::zstd;
  if (last_line_offset(bytes, size)) return Codec::plain;
  return std::nullopt;
}

// One behind the other from the file's first byte to the index.
bool are_contiguous(std::span<const FrameEntry> frames, std::uint64_t end) {
  std::uint64_t at = 0;
  for (const auto& frame : frames) {
    if (frame.offset != at || frame.length == 0 || frame.length > end - at) return false;
    at += frame.length;
  }
  return at == end && !frames.empty();
}

bool load_index(FileBytes& bytes, const ReadLimits& limits, FrameTable& table) {
  const auto size = bytes.size();
  const auto offset =
      table.codec == Codec::zstd ? trailer_offset(bytes, size) : last_line_offset(bytes, size);
  if (!offset || *offset >= size) return false;
  FrameLines lines(bytes, table.codec, limits.line);
  lines.open(*offset, size);
  JsonLine line;
  for (auto text = lines.next(); text && *text; text = lines.next()) {
    if (!line.parse(**text)) return false;
    if (line.text("record") == "index") break;
    const auto frame = read_frame_line(line);
    if (!frame) return false;
    table.frames.push_back(*frame);
  }
  table.data_end = *offset;
  table.from_index = are_contiguous(table.frames, *offset);
  table.ours = table.from_index;
  return table.from_index;
}

// ---- Without ----------------------------------------------------------------------------------------------

enum class Holds : std::uint8_t { samples, index, nothing };

// What a frame begins with, and the time of its first sample.
Holds look_into(FrameLines& lines, FrameEntry& frame, bool& ours) {
  constexpr int kLinesBefore = 8;
  lines.open(frame.offset, frame.offset + frame.length);
  JsonLine line;
  for (int i = 0; i < kLinesBefore; ++i) {
    const auto text = lines.next();
    if (!text || !*text || !line.parse(**text)) break;
    const auto record = line.text("record");
    ours = ours || (record == "recording" && line.text("schema").starts_with(kSchemaName));
    if (record == "frame" || record == "index") return Holds::index;
    if (record != "sample") continue;
    frame.first = {line.whole("time_ns").value_or(0)};
    frame.last = frame.first;
    return Holds::samples;
  }
  return Holds::nothing;
}

// Where the frame that begins at an offset ends: as its headers say, if another begins there or the file
// ends, or has no room for one; else where the next one begins.
struct Extent {
  std::uint64_t end = 0;
  bool skippable = false;
};
Extent zstd_extent(FileBytes& bytes, std::uint64_t offset, std::uint64_t size) {
  const auto reader = bytes.reader();
  const auto frame = walk_zstd_frame(reader, offset);
  if (frame && !frame->complete) return {.end = size, .skippable = frame->kind == FrameKind::skippable};
  if (frame && (size - frame->end < kZstdHeader || walk_zstd_frame(reader, frame->end))) {
    return {.end = frame->end, .skippable = frame->kind == FrameKind::skippable};
  }
  const auto next = find_bytes(bytes, offset + 1, kZstdMagicBytes);
  return {.end = next.value_or(size)};
}

void add_frame(FrameLines& lines, FrameTable& table, std::uint64_t begin, std::uint64_t end) {
  FrameEntry frame{.offset = begin, .length = end - begin};
  const auto holds = look_into(lines, frame, table.ours);
  if (holds == Holds::index) return;
  // Nothing can be told of its time: it is looked for in time where it stands in the file.
  if (holds == Holds::nothing && !table.frames.empty()) frame.first = frame.last = table.frames.back().first;
  table.frames.push_back(frame);
  table.data_end = end;
}

// The beginning of what ends a file: no frame, and nothing is lost with it.
bool is_cut_trailer(FileBytes& bytes, std::uint64_t offset) {
  Buffer magic;
  append_little_endian(magic, kSkippableMagic, 4);
  const auto rest = bytes.at(offset, kZstdHeader);
  return rest.size() < kZstdHeader &&
         rest.substr(0, 4) == magic.view().substr(0, std::min<std::size_t>(rest.size(), 4));
}

void scan_zstd(FileBytes& bytes, FrameLines& lines, FrameTable& table) {
  const auto size = bytes.size();
  for (std::uint64_t at = 0; at < size && !is_cut_trailer(bytes, at);) {
    const auto extent = zstd_extent(bytes, at, size);
    if (!extent.skippable) add_frame(lines, table, at, extent.end);
    at = extent.end;
  }
}

void scan_plain(FileBytes& bytes, FrameLines& lines, FrameTable& table) {
  const auto size = bytes.size();
  for (std::uint64_t at = 0; at < size;) {
    const auto next = find_bytes(bytes, at, kLaterFirstLine);
    const auto end = next ? *next + 1 : size;
    add_frame(lines, table, at, end);
    at = end;
  }
}

}  // namespace

std::expected<FrameTable, std::string> load_frame_table(FileBytes& bytes, const ReadLimits& limits) {
  if (bytes.size() == 0) return std::unexpected("is empty");
  const auto codec = detect_codec(bytes);
  if (!codec) return std::unexpected("is not a recording of pageloupe");
  if (*codec == Codec::zstd && !has_zstd()) {
    return std::unexpected("is compressed, and this build cannot decompress; use zstdcat FILE > FILE.jsonl");
  }
  FrameTable table{.codec = *codec};
  if (load_index(bytes, limits, table)) return table;
  table = {.codec = *codec};
  FrameLines lines(bytes, *codec, limits.line);
  if (*codec == Codec::zstd) {
    scan_zstd(bytes, lines, table);
  } else {
    scan_plain(bytes, lines, table);
  }
  return table;
}

bool append_index(Buffer& out, Codec codec, std::span<const FrameEntry> frames, std::uint64_t offset) {
  Buffer text;
  for (const auto& frame : frames) append_frame_line(text, frame);
  append_index_line(text, offset);
  const auto compressor = make_compressor(codec);
  if (!compressor || !compressor->write(text.view(), out) || !compressor->end(out)) return false;
  if (codec == Codec::plain) return true;
  append_little_endian(out, kSkippableMagic, 4);
  append_little_endian(out, kTrailer - 8, 4);
  append(out, kTrailerMagic);
  append_little_endian(out, offset, 8);
  return true;
}

}  // namespace pageloupe
