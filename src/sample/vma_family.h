// SPDX-License-Identifier: MIT
// Kinds of mappings that belong together where there is no room for each, or no colour.
#pragma once

#include <array>

#include "sample/vma_kind.h"

namespace pageloupe {

enum class VmaFamily : std::uint8_t {
  program,
  heap,
  stack,
  anon,
  library,
  file,
  shared,
  no_access,
  kernel,
  count_
};

struct VmaFamilyInfo {
  VmaFamily family;
  std::string_view name;
};

inline constexpr auto kVmaFamilies = std::to_array<VmaFamilyInfo>({
    {VmaFamily::program, "program"},
    {VmaFamily::heap, "heap"},
    {VmaFamily::stack, "stacks"},
    {VmaFamily::anon, "anonymous"},
    {VmaFamily::library, "library"},
    {VmaFamily::file, "files"},
    {VmaFamily::shared, "shared"},
    {VmaFamily::no_access, "no access"},
    {VmaFamily::kernel, "kernel"},
});

[[nodiscard]] constexpr VmaFamily family_of(VmaKind kind) {
  switch (kind) {
    case VmaKind::text:
    case VmaKind::rodata:
    case VmaKind::data:
    case VmaKind::bss: return VmaFamily::program;
    case VmaKind::heap: return VmaFamily::heap;
    case VmaKind::stack:
    case VmaKind::thread_stack: return VmaFamily::stack;
    case VmaKind::anon:
    case VmaKind::named_anon:
    case VmaKind::jit:
    case VmaKind::hugetlb: return VmaFamily::anon;
    case VmaKind::lib_text:
    case VmaKind::lib_rodata:
    case VmaKind::lib_data: return VmaFamily::library;
    case VmaKind::file:
    case VmaKind::deleted: return VmaFamily::file;
    case VmaKind::shared_anon:
    case VmaKind::sysv_shm:
    case VmaKind::posix_shm:
    case VmaKind::memfd: return VmaFamily::shared;
    case VmaKind::guard:
    case VmaKind::reserved: return VmaFamily::no_access;
    case VmaKind::device:
    case VmaKind::vdso:
    case VmaKind::vvar:
    case VmaKind::vsyscall:
    case VmaKind::count_: return VmaFamily::kernel;
  }
  return VmaFamily::kernel;
}

[[nodiscard]] constexpr std::string_view name(VmaFamily family) {
  return kVmaFamilies[static_cast<std::size_t>(family)].name;
}

consteval bool families_are_in_order() {
  for (std::size_t i = 0; i < kVmaFamilies.size(); ++i) {
    if (static_cast<std::size_t>(kVmaFamilies[i].family) != i) return false;
  }
  return kVmaFamilies.size() == static_cast<std::size_t>(VmaFamily::count_);
}
static_assert(families_are_in_order());

}  // namespace pageloupe
