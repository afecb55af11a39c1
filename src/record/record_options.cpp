// SPDX-License-Identifier: MIT
#include "record/record_options.h"

#include "base/text.h"
#include "field/filter.h"
#include "record/codec.h"
#include "record/when.h"

namespace pageloupe {
namespace {

// Twice as much may lie on the disk: the file and the one before it.
constexpr std::uint64_t kDefaultSize = std::uint64_t{256} << 20;
constexpr unsigned kDefaultKeep = 1;
constexpr unsigned kMostKept = 9999;

std::expected<RecordingLimits, std::string> limits_of(const RecordingOptions& options) {
  RecordingLimits limits{.max_bytes = kDefaultSize, .keep = kDefaultKeep};
  if (options.size) {
    const auto size = parse_size(*options.size);
    if (!size) return std::unexpected("--record-size takes a size such as 100M, not '" + *options.size + "'");
    limits.max_bytes = *size;
  }
  if (options.age) {
    const auto age = parse_span(*options.age);
    if (!age || age->value == 0) {
      return std::unexpected("--record-age takes a time such as 1d or 6h, not '" + *options.age + "'");
    }
    limits.max_age = *age;
  }
  if (options.keep) {
    const auto keep = to_number<unsigned>(*options.keep);
    if (!keep || *keep > kMostKept) {
      return std::unexpected("--record-keep takes a number of files up to 9999, not '" + *options.keep + "'");
    }
    limits.keep = *keep;
  }
  return limits;
}

}  // namespace

void add_recording_options(CommandLine& line, RecordingOptions& options) {
  line.section("Recordings");
  line.text("--record", "FILE", options.record,
            has_zstd() ? "add to this recording: JSON Lines for zstdcat, or in a .jsonl as they are"
                       : "add to this recording; JSON Lines (this build cannot compress them)");
  line.text("--record-size", "SIZE", options.size,
            "when FILE has that size it becomes FILE.1; 256M, 0 for no limit");
  line.text("--record-age", "TIME", options.age, "the same when its first sample is that old: 1d, 6h, 90m");
  line.text("--record-keep", "COUNT", options.keep, "keep FILE.1 to FILE.COUNT, 0 for none; 1");
  line.text("--replay", "FILE", options.replay, "show a recording in place of this machine");
  line.text(
      "--at", "TIME", options.at,
      "its sample at or before 03:12, 2026-11-25 03:12:04, -5m (before its end), @SECONDS, first or last");
}

std::expected<RecordingRequest, std::string> make_recording_request(const RecordingOptions& options) {
  if (options.record && options.replay) return std::unexpected("--record and --replay contradict each other");
  if (options.at && !options.replay)
    return std::unexpected("--at is a time in a recording: it needs --replay FILE");
  if (!options.record && (options.size || options.age || options.keep)) {
    return std::unexpected("--record-size, --record-age and --record-keep need --record FILE");
  }
  if (options.record && options.record->empty()) return std::unexpected("--record takes the name of a file");
  auto limits = limits_of(options);
  if (!limits) return std::unexpected(limits.error());
  return RecordingRequest{
      .record = options.record, .limits = *limits, .replay = options.replay, .at = options.at};
}

}  // namespace pageloupe
