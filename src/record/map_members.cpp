// SPDX-License-Identifier: MIT
#include "record/map_members.h"

#include <algorithm>

#include "field/vma_fields.h"
#include "record/base64.h"
#include "render/cell.h"

namespace pageloupe {
namespace {

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  return to_number<std::uint64_t>(text.substr(2), 16);
}

std::optional<Device> device_of(std::string_view text) {
  const auto major = to_number<std::uint32_t>(take_until(text, ':'), 16);
  const auto minor = to_number<std::uint32_t>(text, 16);
  if (!major || !minor) return std::nullopt;
  return Device{*major, *minor};
}

std::optional<Perms> perms_of(std::string_view text) {
  if (text.size() != 4) return std::nullopt;
  const Perms perms{
      .read = text[0] == 'r', .write = text[1] == 'w', .execute = text[2] == 'x', .shared = text[3] == 's'};
  const auto letters = perms.letters();
  return text == std::string_view(letters.data(), letters.size()) ? std::optional(perms) : std::nullopt;
}

std::optional<VmaKind> kind_of(std::string_view text) {
  const auto found = std::ranges::find(kVmaKinds, text, &VmaKindInfo::name);
  return found == kVmaKinds.end() ? std::nullopt : std::optional(found->kind);
}

// As the column stack_by words it.
std::optional<StackEvidence> evidence_of(std::string_view text) {
  if (text == "stack pointer") return StackEvidence::stack_pointer;
  if (text == "guard page") return StackEvidence::guard_page;
  if (text == "name") return StackEvidence::name;
  return std::nullopt;
}

template <class T>
bool assign(T& to, const std::optional<T>& value) {
  if (value) to = *value;
  return value.has_value();
}

}  // namespace

MappingMembers::MappingMembers() {
  for (const auto& field : vma_fields()) {
    const auto key = std::ranges::find(kSmapsKeys, field.column.origin.key, &KeySpelling<SmapsKey>::text);
    const bool of_smaps = key != kSmapsKeys.end() && field.column.origin.files.has(Source::smaps);
    known_[machine_name(field.column)] =
        of_smaps ? Member{What::usage, static_cast<std::size_t>(key->key)} : Member{};
  }
  constexpr auto kOwn = std::to_array<std::pair<std::string_view, What>>({
      {"start", What::start},
      {"end", What::end},
      {"size_bytes", What::size},
      {"perms", What::perms},
      {"offset_bytes", What::offset},
      {"device", What::device},
      {"inode", What::inode},
      {"kind", What::kind},
      {"path", What::path},
      {"path_base64", What::path_bytes},
      {"mapping", What::mapping},
      {"mapping_base64", What::mapping_bytes},
      {"tid", What::tid},
      {"stack_by", What::stack_by},
      {"vm_flags", What::vm_flags},
  });
  for (const auto& [key, what] : kOwn) known_[std::string(key)] = {what, 0};
}

void MappingMembers::begin_process() {
  first_ = true;
  keys_.clear();
}

void MappingMembers::begin() {
  auto& record = row_.record;
  record.vma.start = record.vma.end = Address{};
  record.vma.perms = {};
  record.vma.offset = {};
  record.vma.device = {};
  record.vma.inode = 0;
  record.vma.name.clear();
  record.usage.clear();
  record.unknown.assign(unknown_keys_.size(), VmaRecord::kNoValue);
  record.vm_flags.clear();
  row_.identity = {};
  row_.label.clear();
  size_.reset();
  has_start_ = has_end_ = false;
  at_ = 0;
}

MappingMembers::Member MappingMembers::learn(std::string_view key) {
  const auto found = known_.find(std::string(key));
  if (found != known_.end()) return found->second;
  // The bytes of another text.
  if (key.ends_with("_base64")) return {};
  constexpr std::string_view kBytes = "_bytes";
  const bool bytes = key.ends_with(kBytes);
  const Member member{What::unknown, unknown_keys_.size()};
  unknown_keys_.push_back({std::string(key.substr(0, key.size() - (bytes ? kBytes.size() : 0))), bytes});
  row_.record.unknown.push_back(VmaRecord::kNoValue);
  known_[std::string(key)] = member;
  return member;
}

MappingMembers::Member MappingMembers::member_of(std::string_view key) {
  if (first_) keys_.emplace_back(key);
  const auto at = at_++;
  if (at < order_.size() && order_[at].key == key) return order_[at].member;
  const auto member = learn(key);
  order_.resize(std::max(order_.size(), at + 1));
  order_[at] = {std::string(key), member};
  return member;
}

bool MappingMembers::set(std::string_view key, const Scalar& value) {
  const auto member = member_of(key);
  if (member.what == What::made_of_others || std::holds_alternative<std::monostate>(value)) return true;
  if (const auto* text = std::get_if<std::string_view>(&value)) return set_text(member.what, *text);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return set_number(member, *number);
  if (const auto* flag = std::get_if<bool>(&value); flag != nullptr && member.what == What::usage)
    return set_number(member, *flag ? 1 : 0);
  // A key that only a later version has may be of any kind.
  return member.what == What::unknown;
}

bool MappingMembers::set_text(What what, std::string_view text) {
  auto& vma = row_.record.vma;
  std::optional<std::uint64_t> number;
  switch (what) {
    case What::start:
    case What::end:
      number = hexadecimal(text);
      (what == What::start ? vma.start : vma.end) = Address{number.value_or(0)};
      (what == What::start ? has_start_ : has_end_) = number.has_value();
      return number.has_value();
    case What::perms: return assign(vma.perms, perms_of(text));
    case What::device: return assign(vma.device, device_of(text));
    case What::inode: return assign(vma.inode, to_number<std::uint64_t>(text));
    case What::kind: return assign(row_.identity.kind, kind_of(text));
    case What::path: vma.name = text; return true;
    case What::mapping: row_.label = text; return true;
    case What::path_bytes: return assign(vma.name, decode_base64(text));
    case What::mapping_bytes: return assign(row_.label, decode_base64(text));
    case What::stack_by: return assign(row_.identity.stack_by, evidence_of(text));
    case What::vm_flags: row_.record.vm_flags = text; return true;
    case What::unknown: return true;
    case What::size:
    case What::offset:
    case What::tid:
    case What::usage:
    case What::made_of_others: return false;
  }
  std::unreachable();
}

bool MappingMembers::set_number(const Member& member, std::uint64_t number) {
  switch (member.what) {
    case What::size: size_ = Bytes{number}; return true;
    case What::offset: row_.record.vma.offset = Bytes{number}; return true;
    case What::tid:
      if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) return false;
      row_.identity.tid = Pid{static_cast<std::int32_t>(number)};
      return true;
    case What::usage: row_.record.usage.set(static_cast<SmapsKey>(member.index), number); return true;
    case What::unknown: row_.record.unknown[member.index] = number; return true;
    case What::start:
    case What::end:
    case What::perms:
    case What::device:
    case What::inode:
    case What::kind:
    case What::path:
    case What::path_bytes:
    case What::mapping:
    case What::mapping_bytes:
    case What::stack_by:
    case What::vm_flags:
    case What::made_of_others: return false;
  }
  std::unreachable();
}

bool MappingMembers::finish() {
  auto& vma = row_.record.vma;
  if (has_start_ && !has_end_ && size_) {
    vma.end = vma.start + *size_;
    has_end_ = true;
  }
  first_ = false;
  row_.has_usage = row_.record.usage[SmapsKey::rss].has_value();
  // A label is what the name alone does not say.
  const std::string_view name = vma.name;
  const bool is_path = name.starts_with('/');
  const auto derived = name.empty()
                           ? std::string_view(row_.identity.kind == VmaKind::guard ? "[guard]" : "[anon]")
                       : is_path ? name.substr(name.rfind('/') + 1)
                                 : name;
  if (row_.label == derived) row_.label.clear();
  return has_start_ && has_end_ && vma.start < vma.end;
}

}  // namespace pageloupe
