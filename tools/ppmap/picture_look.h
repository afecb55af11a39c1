// SPDX-License-Identifier: MIT
// The colours of the families of mappings.
#pragma once

#include <array>

#include "sample/vma_family.h"

namespace pageloupe::ppmap {

struct FamilyLook {
  VmaFamily family;
  std::string_view sgr;    // of a terminal, light or dark: text stays as it is, only fills are coloured
  std::string_view light;  // of a page, light or dark
  std::string_view dark;
};

inline constexpr auto kFamilyLooks = std::to_array<FamilyLook>({
    {VmaFamily::program, "32", "#1a7f37", "#3fb950"},
    {VmaFamily::heap, "31", "#cf222e", "#ff6b61"},
    {VmaFamily::stack, "35", "#8250df", "#bc8cff"},
    {VmaFamily::anon, "33", "#bc6c00", "#e3a33b"},
    {VmaFamily::library, "34", "#0969da", "#58a6ff"},
    {VmaFamily::file, "36", "#0b7285", "#39c5cf"},
    {VmaFamily::shared, "1;36", "#bf3989", "#f778ba"},
    {VmaFamily::no_access, "2", "#8c959f", "#6e7681"},
    {VmaFamily::kernel, "1;34", "#57606a", "#adbac7"},
});

consteval bool family_looks_are_in_order() {
  for (std::size_t i = 0; i < kFamilyLooks.size(); ++i) {
    if (static_cast<std::size_t>(kFamilyLooks[i].family) != i) return false;
  }
  return kFamilyLooks.size() == static_cast<std::size_t>(VmaFamily::count_);
}
static_assert(family_looks_are_in_order());

[[nodiscard]] constexpr const FamilyLook& look_of(VmaFamily family) {
  return kFamilyLooks[static_cast<std::size_t>(family)];
}

}  // namespace pageloupe::ppmap
