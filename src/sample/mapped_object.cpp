// SPDX-License-Identifier: MIT
#include "sample/mapped_object.h"

#include "base/text.h"

namespace pageloupe {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

struct Prefix {
  std::string_view text;
  ObjectKind kind;
};
// Files that the kernel makes of memory, on no file system that has a path.
constexpr auto kNameless = std::to_array<Prefix>({
    {"/SYSV", ObjectKind::sysv_shm},
    {"/memfd:", ObjectKind::memfd},
    {"/dev/zero", ObjectKind::shared_anon},
});

consteval bool kinds_are_in_order() {
  for (std::size_t i = 0; i < kObjectKinds.size(); ++i) {
    if (static_cast<std::size_t>(kObjectKinds[i].kind) != i) return false;
  }
  return kObjectKinds.size() == static_cast<std::size_t>(ObjectKind::count_);
}
static_assert(kinds_are_in_order());

}  // namespace

std::optional<ObjectKind> object_kind(const Vma& vma) {
  const std::string_view name = vma.name;
  if (vma.inode == 0 || name.empty() || name.front() == '[' || name.starts_with("anon_inode:"))
    return std::nullopt;
  const bool deleted = name.ends_with(kDeleted);
  if (deleted) {
    for (const auto& [text, kind] : kNameless) {
      if (name.starts_with(text)) return kind;
    }
  }
  // A private mapping of /dev/zero is anonymous memory.
  if (name == "/dev/zero") return std::nullopt;
  if (name.starts_with("/dev/shm/")) return ObjectKind::posix_shm;
  if (name.starts_with("/dev/") && !name.starts_with("/dev/hugepages/")) return ObjectKind::device;
  return deleted ? ObjectKind::deleted : ObjectKind::file;
}

ObjectKey object_key(const Vma& vma, ObjectKind kind, std::uint64_t ipc_space) {
  return {vma.device, vma.inode, kind == ObjectKind::sysv_shm ? ipc_space : 0};
}

std::uint64_t ipc_space_of(std::string_view link) {
  constexpr std::string_view kBegin = "ipc:[";
  if (!link.starts_with(kBegin) || !link.ends_with(']')) return ObjectKey::kUnknownSpace;
  link.remove_prefix(kBegin.size());
  link.remove_suffix(1);
  return to_number<std::uint64_t>(link).value_or(ObjectKey::kUnknownSpace);
}

}  // namespace pageloupe
