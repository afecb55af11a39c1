// SPDX-License-Identifier: MIT
// What a mapping shows to others: the file or the shared memory that is behind it. Two mappings of one object
// are told by its device and inode, whatever its name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/units.h"
#include "proc/maps.h"

namespace pageloupe {

enum class ObjectKind : std::uint8_t {
  file,
  deleted,
  posix_shm,
  memfd,
  sysv_shm,
  shared_anon,
  device,
  count_
};

struct ObjectKindInfo {
  ObjectKind kind;
  std::string_view name;
};
inline constexpr auto kObjectKinds = std::to_array<ObjectKindInfo>({
    {ObjectKind::file, "file"},
    {ObjectKind::deleted, "deleted"},
    {ObjectKind::posix_shm, "posix-shm"},
    {ObjectKind::memfd, "memfd"},
    {ObjectKind::sysv_shm, "sysv-shm"},
    {ObjectKind::shared_anon, "shared-anon"},
    {ObjectKind::device, "device"},
});

[[nodiscard]] constexpr std::string_view name(ObjectKind kind) {
  return kObjectKinds[static_cast<std::size_t>(kind)].name;
}

struct ObjectKey {
  Device device{};
  std::uint64_t inode = 0;
  // System V's segments have their ID in place of an inode, which is one of their IPC namespace: its number,
  // kUnknownSpace where it may not be read. 0 for all else.
  std::uint64_t ipc_space = 0;

  static constexpr std::uint64_t kUnknownSpace = 1;
  friend constexpr auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

struct ObjectKeyHash {
  std::size_t operator()(const ObjectKey& key) const {
    const auto device = std::uint64_t{key.device.major} << 32 | key.device.minor;
    return (key.inode * 0x9e3779b97f4a7c15) ^ (device * 0xc2b2ae3d27d4eb4f) ^ key.ipc_space;
  }
};

// What is behind a mapping; nothing where it is memory of the process alone, or the kernel's (vdso), or an
// object that all of its kind share an inode with (anon_inode).
[[nodiscard]] std::optional<ObjectKind> object_kind(const Vma& vma);

// Of a mapping that has an object. `ipc_space` is that of the process; used for System V's segments.
[[nodiscard]] ObjectKey object_key(const Vma& vma, ObjectKind kind, std::uint64_t ipc_space);

// Memory that pages of one's own are made of when they are written, and that fork(2) shares until then.
[[nodiscard]] inline bool is_copied_on_write(const Vma& vma) {
  return !vma.perms.shared && (vma.perms.write || vma.anonymous());
}

// "ipc:[4026531839]" is 4026531839; kUnknownSpace for any other text.
[[nodiscard]] std::uint64_t ipc_space_of(std::string_view link);

}  // namespace pageloupe
