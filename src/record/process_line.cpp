// SPDX-License-Identifier: MIT
#include "record/process_line.h"

#include "record/base64.h"
#include "record/slots.h"

namespace pageloupe {
namespace {

constexpr std::string_view kBase64 = "_base64";

void append_errors(Buffer& buffer, const Process& process, bool with_stable) {
  bool any = false;
  for (const auto& row : kSlots) {
    if (row.stable && !with_stable) continue;
    const auto error = row.error(process);
    if (!error || *error == Errc::not_sampled) continue;
    if (!any) append(buffer, "\"errors\":{");
    any = true;
    append_name(buffer, row.name);
    append_json_string(buffer, name(*error));
    buffer.push_back(',');
  }
  if (!any) return;
  close_object(buffer);
  buffer.push_back(',');
}

// Where a line's members go: one slot after the other.
class LineApplier {
 public:
  explicit LineApplier(Process& process) : process_(process) {}

  // False for a value of the wrong kind.
  bool apply(const LineMember& member) {
    if (member.section == "errors") return apply_error(member);
    if (member.name.empty()) return open(member.section);
    if (member.section.empty()) return apply_own(member);
    if (slot_ == nullptr || slot_->name != member.section) return true;  // of a slot that is not known
    return slot_->read(process_, member, hint_);
  }

  // The same for the bytes of a text that JSON could not hold.
  bool apply_base64(LineMember member) {
    const auto bytes = decode(member);
    if (!bytes) return false;
    member.name.remove_suffix(kBase64.size());
    member.value = std::string_view(*bytes);
    const auto section = member.section.empty() ? member.name : member.section;
    std::size_t from = 0;
    const auto* row = find_row<SlotRow>(kSlots, section, from);
    return row == nullptr || row->error(process_) || row->read(process_, member, hint_);
  }

 private:
  static std::optional<std::string> decode(const LineMember& member) {
    const auto* text = std::get_if<std::string_view>(&member.value);
    return text == nullptr ? std::nullopt : decode_base64(*text);
  }

  bool open(std::string_view section) {
    slot_ = find_row<SlotRow>(kSlots, section, slot_hint_);
    hint_ = 0;
    if (slot_ != nullptr) slot_->begin(process_);
    return true;
  }

  bool apply_own(const LineMember& member) {
    if (member.name == "memory_elsewhere") {
      return MemberValue<bool>::read(member.value, 0, process_.memory_elsewhere);
    }
    const auto* row = find_row<SlotRow>(kSlots, member.name, slot_hint_);
    if (row == nullptr) return true;
    if (std::holds_alternative<std::monostate>(member.value)) return true;  // "errors" says why
    row->begin(process_);
    return row->read(process_, member, hint_);
  }

  bool apply_error(const LineMember& member) {
    const auto* text = std::get_if<std::string_view>(&member.value);
    const auto* row = find_row<SlotRow>(kSlots, member.name, error_hint_);
    if (row == nullptr || member.name.empty()) return true;
    if (text == nullptr) return false;
    row->fail(process_, find_errc(*text).value_or(Errc::io));
    return true;
  }

  Process& process_;
  const SlotRow* slot_ = nullptr;
  std::size_t slot_hint_ = 0;
  std::size_t error_hint_ = 0;
  std::size_t hint_ = 0;
};

// Whose line it is: "starttime_ticks" of "stat".
std::optional<Ticks> start_of_line(const JsonLine& line) {
  for (const auto& member : line.members()) {
    if (member.section != "stat" || member.name != "starttime_ticks") continue;
    Ticks start;
    if (MemberValue<Ticks>::read(member.value, 0, start)) return start;
  }
  return std::nullopt;
}

void forget(Process& process, bool all) {
  process.memory_elsewhere = false;
  for (const auto& row : kSlots) {
    if (all || !row.stable) row.fail(process, Errc::not_sampled);
  }
}

}  // namespace

ProcessDigest digest_of(const Process& process) {
  Digest changing;
  Digest stable;
  changing.mix(process.memory_elsewhere ? 1U : 0U);
  changing.mix(static_cast<std::uint64_t>(process.tgid.value));
  for (const auto& row : kSlots) {
    auto& digest = row.stable ? stable : changing;
    const auto error = row.error(process);
    digest.mix(error ? std::uint64_t{1} + static_cast<std::uint64_t>(*error) : 0);
    if (!error) row.mix(digest, process);
  }
  return {changing.value(), stable.value()};
}

void append_process_line(Buffer& buffer, const Process& process, bool with_stable, Instant files_at) {
  append(buffer, R"({"record":"process",)");
  MemberValue<Pid>::write(buffer, "pid", process.pid);
  MemberValue<Pid>::write(buffer, "tgid", process.tgid);
  if (files_at.value != 0) MemberValue<Instant>::write(buffer, "files_boottime_ns", files_at);
  if (process.memory_elsewhere) append(buffer, "\"memory_elsewhere\":true,");
  for (const auto& row : kSlots) {
    if (row.stable && !with_stable) continue;
    const auto error = row.error(process);
    if (!error) {
      row.write(buffer, row.name, process);
    } else if (*error != Errc::not_sampled) {
      append_name(buffer, row.name);
      append(buffer, "null,");
    }
  }
  append_errors(buffer, process, with_stable);
  close_object(buffer);
  buffer.push_back('\n');
}

Result<Pid> pid_of_line(const JsonLine& line) {
  Pid pid;
  const auto* value = line.find("pid");
  if (value == nullptr || !MemberValue<Pid>::read(*value, 0, pid)) return malformed("recording", "pid");
  return pid;
}

Result<void> apply_process_line(const JsonLine& line, Process& process) {
  const auto pid = pid_of_line(line);
  if (!pid) return std::unexpected(pid.error());
  const auto start = start_of_line(line);
  const bool same = process.pid == *pid && start && process.stat && process.stat->starttime == *start;
  forget(process, !same);
  process.pid = *pid;
  process.tgid = *pid;
  const auto* tgid = line.find("tgid");
  if (tgid != nullptr && !MemberValue<Pid>::read(*tgid, 0, process.tgid))
    return malformed("recording", "tgid");

  LineApplier applier(process);
  bool lossy = false;
  for (const auto& member : line.members()) {
    const bool base64 = member.name.ends_with(kBase64);
    lossy = lossy || base64;
    if (!base64 && !applier.apply(member)) return malformed("recording", "process");
  }
  if (!lossy) return {};
  for (const auto& member : line.members()) {
    const bool base64 = member.name.ends_with(kBase64);
    if (base64 && !applier.apply_base64(member)) return malformed("recording", "base64");
  }
  return {};
}

}  // namespace pageloupe
