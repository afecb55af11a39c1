// SPDX-License-Identifier: MIT
#include "record/sample_reader.h"

#include <array>

#include "record/process_line.h"

namespace pageloupe {

void SampleReader::enter(const FrameEntry& frame) {
  lines_.open(frame.offset, frame.offset + frame.length);
  crc_.clear();
  in_sample_ = false;
  based_ = false;
}

std::expected<bool, Damage> SampleReader::next() {
  const auto damaged = [this](std::string what) {
    return std::unexpected(Damage{.offset = lines_.offset(), .what = std::move(what)});
  };
  for (;;) {
    const auto text = lines_.next();
    if (!text) return std::unexpected(text.error());
    if (!*text) break;
    if (!line_.parse(**text)) return damaged("a line that is not JSON");
    const auto record = line_.text("record");
    if (record.empty()) return damaged("a line that does not say what it is");
    if (record == "end") {
      auto ended = end_sample();
      if (!ended) return damaged(std::move(ended.error()));
      return true;
    }
    crc_.add(**text);
    crc_.add("\n");
    if (auto applied = apply(record); !applied) return damaged(std::move(applied.error()));
  }
  if (in_sample_)
    return std::unexpected(
        Damage{.offset = lines_.offset(), .what = "the frame ends within a sample", .cut = true});
  return false;
}

// Records that are not known here are passed over, and the index, whose lines say where others are.
SampleReader::Applied SampleReader::apply(std::string_view record) {
  struct Row {
    std::string_view record;
    Applied (SampleReader::*apply)();
  };
  static constexpr auto kRecords = std::to_array<Row>({
      {"process", &SampleReader::apply_process},
      {"vma", &SampleReader::apply_map},
      {"unmapped", &SampleReader::apply_map},
      {"map", &SampleReader::apply_map},
      {"sample", &SampleReader::begin_sample},
      {"ended", &SampleReader::apply_ended},
      {"user", &SampleReader::apply_name},
      {"group", &SampleReader::apply_name},
      {"recording", &SampleReader::begin_frame},
  });
  for (const auto& row : kRecords) {
    if (row.record == record) return (this->*row.apply)();
  }
  return {};
}

SampleReader::Applied SampleReader::begin_frame() {
  const auto info = read_recording_line(line_);
  if (!info) {
    return std::unexpected(info.error().code == Errc::unsupported ? "a recording of a later version"
                                                                  : "a first line that makes no sense");
  }
  info_ = *info;
  in_sample_ = false;
  based_ = false;
  sample_.users.clear();
  sample_.groups.clear();
  return {};
}

SampleReader::Applied SampleReader::begin_sample() {
  if (in_sample_) return std::unexpected("a sample within another");
  SampleLine sample;
  std::swap(sample.head, sample_.head);  // its memory is used again
  if (!read_sample_line(line_, sample)) return std::unexpected("a sample without a time");
  std::swap(sample.head, sample_.head);
  if (!sample.key && !based_) return std::unexpected("changes without what they change");
  if (sample.key) {
    sample_.processes.clear();
    sample_.maps.clear();
  }
  for (auto& [pid, recorded] : sample_.processes) recorded.changed = false;
  in_sample_ = true;
  based_ = true;
  return {};
}

SampleReader::Applied SampleReader::apply_name() {
  const bool room = sample_.users.size() + sample_.groups.size() < limits_.processes;
  if (!room) return std::unexpected("more users than there can be");
  if (!read_name_line(line_, sample_)) return std::unexpected("a user without a number");
  return {};
}

SampleReader::Applied SampleReader::apply_process() {
  if (!in_sample_) return std::unexpected("a process outside of a sample");
  const auto pid = pid_of_line(line_);
  if (!pid) return std::unexpected("a process without a PID");
  if (sample_.processes.size() >= limits_.processes && !sample_.processes.contains(pid->value)) {
    return std::unexpected("more processes than there can be");
  }
  auto& recorded = sample_.processes[pid->value];
  recorded.changed = true;
  if (!apply_process_line(line_, recorded.process)) return std::unexpected("a process that makes no sense");
  recorded.files_at = {line_.whole("files_boottime_ns").value_or(0)};
  return {};
}

SampleReader::Applied SampleReader::apply_map() {
  const auto pid = pid_of_line(line_);
  if (!in_sample_ || !pid || !sample_.processes.contains(pid->value))
    return std::unexpected("a map of no process");
  const auto record = line_.text("record");
  if (record == "map") {
    map_lines_.begin(line_, sample_.maps[pid->value]);
    return {};
  }
  const auto map = sample_.maps.find(pid->value);
  if (map == sample_.maps.end()) return std::unexpected("a part of a map that was not begun");
  const bool taken =
      record == "vma" ? map_lines_.vma(line_, map->second) : map_lines_.unmapped(line_, map->second);
  if (!taken) return std::unexpected("a mapping that makes no sense");
  if (map->second.rows.size() > limits_.mappings) return std::unexpected("more mappings than there can be");
  return {};
}

SampleReader::Applied SampleReader::apply_ended() {
  if (!in_sample_) return std::unexpected("processes that end outside of a sample");
  for (const auto& member : line_.members()) {
    const auto* pid = std::get_if<std::uint64_t>(&member.value);
    if (!member.section.empty() || member.name != "pids" || pid == nullptr) continue;
    if (!std::in_range<std::int32_t>(*pid)) return std::unexpected("a PID that is none");
    sample_.processes.erase(static_cast<std::int32_t>(*pid));
    sample_.maps.erase(static_cast<std::int32_t>(*pid));
  }
  return {};
}

SampleReader::Applied SampleReader::end_sample() {
  const auto end = read_end_line(line_);
  if (!end || !in_sample_) return std::unexpected("the end of no sample");
  in_sample_ = false;
  if (end->crc32 && *end->crc32 != crc_.value()) {
    return std::unexpected("a sample that is not what was written: its checksum differs");
  }
  crc_.clear();
  if (end->processes != sample_.processes.size()) return std::unexpected("a sample that lacks processes");
  return {};
}

}  // namespace pageloupe
