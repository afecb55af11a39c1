// SPDX-License-Identifier: MIT
#include "record/other_lines.h"

#include <cmath>

#include "record/base64.h"
#include "record/members.h"

namespace pageloupe {
namespace {

constexpr std::string_view kFile = "recording";
constexpr std::size_t kMostFacts = 65536;

constexpr auto kInfoMembers = std::to_array<Member<RecordingInfo>>({
    member<&RecordingInfo::tool>("tool"),
    member<&RecordingInfo::tool_version>("tool_version"),
    member<&RecordingInfo::host>("host"),
    member<&RecordingInfo::boot_id>("boot_id"),
    member<&RecordingInfo::ticks_per_second>("ticks_per_second"),
    member<&RecordingInfo::page_size>("page_size_bytes"),
    member<&RecordingInfo::cpus>("cpus"),
    member<&RecordingInfo::mem_total>("mem_total_bytes"),
    member<&RecordingInfo::boot>("boot_time_ns"),
    member<&RecordingInfo::interval>("interval_ns"),
});
static_assert(names_are_sound(kInfoMembers) && kInfoMembers.size() == count_members<RecordingInfo>());

constexpr auto kFrameMembers = std::to_array<Member<FrameEntry>>({
    member<&FrameEntry::offset>("offset"),
    member<&FrameEntry::length>("length"),
    member<&FrameEntry::first>("first_time_ns"),
    member<&FrameEntry::last>("last_time_ns"),
    member<&FrameEntry::samples>("samples"),
});
static_assert(names_are_sound(kFrameMembers) && kFrameMembers.size() == count_members<FrameEntry>());

void begin_line(Buffer& buffer, std::string_view record) {
  append(buffer, "{\"record\":");
  append_json_string(buffer, record);
  buffer.push_back(',');
}

void end_line(Buffer& buffer) {
  close_object(buffer);
  buffer.push_back('\n');
}

void append_whole(Buffer& buffer, std::string_view name, std::uint64_t value) {
  MemberValue<std::uint64_t>::write(buffer, name, value);
}

// The line's own members that the table knows.
template <class Record>
bool read_members(const JsonLine& line, std::span<const Member<Record>> table, Record& record) {
  std::size_t hint = 0;
  for (const auto& member : line.members()) {
    if (!member.section.empty()) continue;
    const auto* row = find_row(table, member.name, hint);
    if (row != nullptr && !row->read(member.value, member.element, record)) return false;
  }
  return true;
}

void append_json_key(Buffer& buffer, std::string_view name) {
  append_json_string(buffer, name);
  buffer.push_back(':');
}

// A number of JSON is finite.
void append_fraction(Buffer& buffer, double value) {
  if (!std::isfinite(value)) return append(buffer, "null");
  const auto before = buffer.size();
  append_format(buffer, "{}", value);
  // "2" would be read back as a whole number.
  if (buffer.view().substr(before).find_first_of(".e") == std::string_view::npos) append(buffer, ".0");
}

template <class T>
void append_list(Buffer& buffer, std::span<const T> numbers) {
  char before = '[';
  for (const auto number : numbers) {
    buffer.push_back(before);
    append_number(buffer, number);
    before = ',';
  }
  append(buffer, numbers.empty() ? "[]" : "]");
}

void append_fact(Buffer& buffer, const MachineFact& fact) {
  if (fact.value == decltype(fact.value){Errc::not_sampled}) return;
  append_json_key(buffer, fact.name);
  if (const auto* whole = std::get_if<std::uint64_t>(&fact.value)) {
    append_number(buffer, *whole);
  } else if (const auto* fraction = std::get_if<double>(&fact.value)) {
    append_fraction(buffer, *fraction);
  } else if (const auto* text = std::get_if<std::string>(&fact.value)) {
    append_json_string(buffer, *text);
  } else if (const auto* list = std::get_if<std::vector<std::uint64_t>>(&fact.value)) {
    append_list<std::uint64_t>(buffer, *list);
  } else {
    append(buffer, "null");
  }
  buffer.push_back(',');
}

void append_machine_errors(Buffer& buffer, std::span<const MachineFact> machine) {
  const auto has_reason = [](const MachineFact& fact) {
    const auto* code = std::get_if<Errc>(&fact.value);
    return code != nullptr && *code != Errc::not_sampled;
  };
  if (std::ranges::none_of(machine, has_reason)) return;
  append(buffer, "\"machine_errors\":{");
  for (const auto& fact : machine) {
    if (!has_reason(fact)) continue;
    append_json_key(buffer, fact.name);
    append_json_string(buffer, name(std::get<Errc>(fact.value)));
    buffer.push_back(',');
  }
  close_object(buffer);
  buffer.push_back(',');
}

void read_fact(const LineMember& member, std::vector<MachineFact>& machine) {
  const auto* element = std::get_if<std::uint64_t>(&member.value);
  if (member.in_array && element == nullptr) return;
  const bool goes_on = member.in_array && member.element != 0 && !machine.empty();
  if (goes_on && machine.back().name == member.name) {
    if (auto* list = std::get_if<std::vector<std::uint64_t>>(&machine.back().value))
      list->push_back(*element);
    return;
  }
  if (machine.size() >= kMostFacts) return;
  auto& fact = machine.emplace_back();
  fact.name.assign(member.name);
  if (member.in_array) {
    fact.value = std::vector{*element};
    return;
  }
  if (const auto* whole = std::get_if<std::uint64_t>(&member.value)) fact.value = *whole;
  if (const auto* negative = std::get_if<std::int64_t>(&member.value)) {
    fact.value = static_cast<double>(*negative);
  }
  if (const auto* fraction = std::get_if<double>(&member.value)) fact.value = *fraction;
  if (const auto* text = std::get_if<std::string_view>(&member.value)) fact.value = std::string(*text);
}

void read_machine_error(const LineMember& member, std::vector<MachineFact>& machine) {
  const auto* text = std::get_if<std::string_view>(&member.value);
  const auto fact = std::ranges::find(machine, member.name, &MachineFact::name);
  if (text != nullptr && fact != machine.end()) fact->value = find_errc(*text).value_or(Errc::io);
}

}  // namespace

void append_recording_line(Buffer& buffer, const RecordingInfo& info) {
  begin_line(buffer, "recording");
  append_text_member(buffer, "schema", kRecordingSchema);
  for (const auto& row : kInfoMembers) row.write(buffer, row.name, info);
  end_line(buffer);
}

Result<RecordingInfo> read_recording_line(const JsonLine& line) {
  if (line.text("record") != "recording") return malformed(kFile, "record");
  if (line.text("schema") != kRecordingSchema) {
    return std::unexpected(Error{.code = Errc::unsupported, .file = kFile, .field = "schema"});
  }
  RecordingInfo info;
  if (!read_members<RecordingInfo>(line, kInfoMembers, info)) return malformed(kFile, "recording");
  if (info.ticks_per_second == 0 || info.page_size.value == 0 || info.cpus == 0) {
    return malformed(kFile, "ticks_per_second");
  }
  return info;
}

void append_sample_line(Buffer& buffer, const SampleHead& head, bool key) {
  begin_line(buffer, "sample");
  append_whole(buffer, "time_ns", head.time.value);
  append_whole(buffer, "boottime_ns", head.boottime.value);
  MemberValue<bool>::write(buffer, "key", key);
  if (head.threads) MemberValue<bool>::write(buffer, "threads", true);
  append(buffer, "\"machine\":{");
  for (const auto& fact : head.machine) append_fact(buffer, fact);
  close_object(buffer);
  buffer.push_back(',');
  append_machine_errors(buffer, head.machine);
  end_line(buffer);
}

Result<void> read_sample_line(const JsonLine& line, SampleLine& sample) {
  const auto time = line.whole("time_ns");
  const auto boottime = line.whole("boottime_ns");
  const auto* key = line.find("key");
  if (!time || !boottime || key == nullptr || !MemberValue<bool>::read(*key, 0, sample.key)) {
    return malformed(kFile, "sample");
  }
  sample.head.time = {*time};
  sample.head.boottime = {*boottime};
  const auto* threads = line.find("threads");
  sample.head.threads = threads != nullptr && *threads == Scalar{true};
  sample.head.machine.clear();
  for (const auto& member : line.members()) {
    if (member.section == "machine" && !member.name.empty()) read_fact(member, sample.head.machine);
  }
  for (const auto& member : line.members()) {
    if (member.section == "machine_errors") read_machine_error(member, sample.head.machine);
  }
  return {};
}

void append_name_line(Buffer& buffer, NameOf of, std::uint32_t id, std::string_view name) {
  begin_line(buffer, of == NameOf::user ? "user" : "group");
  append_whole(buffer, of == NameOf::user ? "uid" : "gid", id);
  append_text_member(buffer, "name", name);
  end_line(buffer);
}

Result<void> read_name_line(const JsonLine& line, RecordedSample& sample) {
  const bool user = line.text("record") == "user";
  const auto* id = line.find(user ? "uid" : "gid");
  std::uint32_t number = 0;
  if (id == nullptr || !read_number(*id, number)) return malformed(kFile, "uid");
  std::string name(line.text("name"));
  if (line.find("name_base64") != nullptr) {
    auto bytes = decode_base64(line.text("name_base64"));
    if (!bytes) return malformed(kFile, "name_base64");
    name = std::move(*bytes);
  }
  (user ? sample.users : sample.groups).insert_or_assign(number, std::move(name));
  return {};
}

void append_ended_line(Buffer& buffer, std::span<const std::int32_t> pids) {
  begin_line(buffer, "ended");
  append(buffer, "\"pids\":");
  append_list(buffer, pids);
  append(buffer, "}\n");
}

void append_end_line(Buffer& buffer, const EndLine& end) {
  begin_line(buffer, "end");
  append_whole(buffer, "processes", end.processes);
  if (end.crc32) append_format(buffer, "\"crc32\":\"{:08x}\",", *end.crc32);
  end_line(buffer);
}

Result<EndLine> read_end_line(const JsonLine& line) {
  const auto processes = line.whole("processes");
  if (!processes) return malformed(kFile, "processes");
  EndLine end{.processes = *processes};
  if (line.find("crc32") == nullptr) return end;
  end.crc32 = to_number<std::uint32_t>(line.text("crc32"), 16);
  if (!end.crc32) return malformed(kFile, "crc32");
  return end;
}

void append_frame_line(Buffer& buffer, const FrameEntry& frame) {
  begin_line(buffer, "frame");
  for (const auto& row : kFrameMembers) row.write(buffer, row.name, frame);
  end_line(buffer);
}

Result<FrameEntry> read_frame_line(const JsonLine& line) {
  FrameEntry frame;
  if (line.text("record") != "frame" || !read_members<FrameEntry>(line, kFrameMembers, frame)) {
    return malformed(kFile, "frame");
  }
  return frame;
}

void append_index_line(Buffer& buffer, std::uint64_t offset) {
  begin_line(buffer, "index");
  append_whole(buffer, "offset", offset);
  end_line(buffer);
}

}  // namespace pageloupe
