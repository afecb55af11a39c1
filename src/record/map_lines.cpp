// SPDX-License-Identifier: MIT
#include "record/map_lines.h"

#include <algorithm>

#include "base/text.h"
#include "field/vma_fields.h"
#include "record/member_values.h"

namespace pageloupe {
namespace {

// What a mapping is; what it holds are all keys of smaps. The other columns are made of these.
constexpr auto kOwnColumns =
    std::to_array<std::string_view>({"start", "end", "perms", "offset", "device", "inode", "path", "mapping",
                                     "kind", "tid", "stack_by", "vm_flags"});

bool is_recorded(const Column& column) {
  if (std::ranges::find(kOwnColumns, column.name) != kOwnColumns.end()) return true;
  return column.origin.files.has(Source::smaps) &&
         std::ranges::find(kSmapsKeys, column.origin.key, &KeySpelling<SmapsKey>::text) != kSmapsKeys.end();
}

std::vector<const Field<VmaRow>*> recorded_fields() {
  std::vector<const Field<VmaRow>*> fields;
  for (const auto& field : vma_fields()) {
    if (is_recorded(field.column)) fields.push_back(&field);
  }
  return fields;
}

JsonKeys keys_of(std::span<const Field<VmaRow>* const> fields) {
  std::vector<const Column*> columns;
  for (const auto* field : fields) columns.push_back(&field->column);
  return JsonKeys(columns);
}

void begin_line(Buffer& buffer, std::string_view record, Pid pid) {
  append(buffer, "{\"record\":\"");
  append(buffer, record);
  append(buffer, "\",");
  MemberValue<Pid>::write(buffer, "pid", pid);
}

void end_line(Buffer& buffer) {
  close_object(buffer);
  buffer.push_back('\n');
}

void append_unmapped(Buffer& buffer, Pid pid, std::span<const std::uint64_t> starts) {
  begin_line(buffer, "unmapped", pid);
  append_name(buffer, "starts");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    buffer.push_back(i == 0 ? '[' : ',');
    append_hex(buffer, starts[i]);
  }
  append(buffer, "]");
  end_line(buffer);
}

}  // namespace

MapLines::MapLines() : fields_(recorded_fields()), keys_(keys_of(fields_)), values_(fields_.size()) {}

// Puts the members into line_.
std::uint64_t MapLines::line_of(const VmaRow& row) {
  for (std::size_t i = 0; i < fields_.size(); ++i) fields_[i]->set(values_[i], row);
  line_.clear();
  keys_.append_members(line_, values_);
  Digest digest;
  digest.mix(line_.view());
  return digest.value();
}

void MapLines::append(Buffer& buffer, Pid pid, std::span<const VmaRow> rows, bool whole) {
  auto [place, is_new] = known_.try_emplace(pid.value);
  auto& known = place->second;
  if (whole || is_new || known.error) {
    known = {};
    begin_line(buffer, "map", pid);
    end_line(buffer);
  }
  auto before = std::move(known.rows);
  known.rows.clear();
  for (const auto& row : rows) {
    const auto start = row.record.vma.start.value;
    const auto digest = line_of(row);
    known.rows[start] = digest;
    const auto same = before.find(start);
    const bool changed = same == before.end() || same->second != digest;
    if (same != before.end()) before.erase(same);
    if (!changed) continue;
    begin_line(buffer, "vma", pid);
    pageloupe::append(buffer, line_.view());
    end_line(buffer);
  }
  if (before.empty()) return;
  std::vector<std::uint64_t> starts;
  for (const auto& [start, digest] : before) starts.push_back(start);
  std::ranges::sort(starts);
  append_unmapped(buffer, pid, starts);
}

void MapLines::append(Buffer& buffer, Pid pid, Errc error, bool whole) {
  auto [place, is_new] = known_.try_emplace(pid.value);
  auto& known = place->second;
  if (!whole && !is_new && known.error == error) return;
  known = {.error = error};
  begin_line(buffer, "map", pid);
  append_text_member(buffer, "error", name(error));
  end_line(buffer);
}

void MapLineReader::begin(const JsonLine& line, RecordedMap& map) {
  map.rows.clear();
  map.error.reset();
  const auto error = line.text("error");
  if (!error.empty()) map.error = find_errc(error).value_or(Errc::io);
}

bool MapLineReader::vma(const JsonLine& line, RecordedMap& map) {
  members_.begin_process();
  members_.begin();
  for (const auto& member : line.members()) {
    if (!member.section.empty() || member.name == "record" || member.name == "pid") continue;
    if (!members_.set(member.name, member.value)) return false;
  }
  if (!members_.finish()) return false;
  const auto& row = members_.row();
  map.rows.insert_or_assign(row.record.vma.start.value, row);
  return true;
}

bool MapLineReader::unmapped(const JsonLine& line, RecordedMap& map) {
  for (const auto& member : line.members()) {
    if (!member.section.empty() || member.name != "starts") continue;
    std::uint64_t start = 0;
    if (!read_hex(member.value, start)) return false;
    map.rows.erase(start);
  }
  return true;
}

}  // namespace pageloupe
