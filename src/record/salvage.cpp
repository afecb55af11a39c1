// SPDX-License-Identifier: MIT
#include "record/salvage.h"

namespace pageloupe {
namespace {

// The file ends before one can tell what kind of frame this is.
bool ends_within_header(FileBytes& bytes, const FrameEntry& frame) {
  const auto head = bytes.at(frame.offset, kZstdHeader);
  return head.size() < kZstdHeader &&
         (head.starts_with(kZstdMagicBytes) || kZstdMagicBytes.starts_with(head));
}

}  // namespace

std::optional<LastFrame> cut_short(FileBytes& bytes, Codec codec, const FrameEntry& frame,
                                   const ReadLimits& limits) {
  if (codec == Codec::zstd && ends_within_header(bytes, frame)) {
    return LastFrame{.keep = frame.offset, .last = frame.last};
  }
  if (codec == Codec::zstd) {
    const auto walked = walk_zstd_frame(bytes.reader(), frame.offset);
    if (!walked || walked->complete) return std::nullopt;
  }
  LastFrame last{.keep = frame.offset, .last = frame.last};
  FrameLines lines(bytes, codec, limits.line);
  lines.open(frame.offset, frame.offset + frame.length);
  JsonLine line;
  std::uint64_t samples = 0;
  Timestamp time = frame.first;
  for (auto text = lines.next(); text && *text; text = lines.next()) {
    const bool sample = (*text)->starts_with(R"({"record":"sample")");
    if (sample && line.parse(**text)) time = {line.whole("time_ns").value_or(time.value)};
    if (!(*text)->starts_with(R"({"record":"end")")) continue;
    ++samples;
    if (!lines.at_block_end()) continue;
    last = {.keep = lines.offset(), .open = codec == Codec::zstd, .samples = samples, .last = time};
  }
  const auto end = frame.offset + frame.length;
  if (codec == Codec::plain && last.keep == end) return std::nullopt;
  return last;
}

}  // namespace pageloupe
