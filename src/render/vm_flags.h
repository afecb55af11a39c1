// SPDX-License-Identifier: MIT
// The flags of a mapping in words; see VmFlags in proc(5) and show_smap_vma_flags() in fs/proc/task_mmu.c.
#pragma once

#include <array>
#include <string_view>

#include "render/output.h"

namespace pageloupe {

struct VmFlagWord {
  std::string_view letters;  // two, as the kernel has them
  std::string_view word;
};

inline constexpr auto kVmFlagWords = std::to_array<VmFlagWord>({
    {"rd", "readable"},
    {"wr", "writable"},
    {"ex", "executable"},
    {"sh", "shared"},
    {"mr", "may-read"},
    {"mw", "may-write"},
    {"me", "may-execute"},
    {"ms", "may-share"},
    {"gd", "grows-down"},
    {"gu", "maybe-guard"},
    {"pf", "page-frames"},
    {"dw", "deny-write"},
    {"lo", "locked"},
    {"lf", "lock-on-fault"},
    {"io", "io"},
    {"sr", "sequential"},
    {"rr", "random"},
    {"dc", "dont-copy"},
    {"de", "dont-expand"},
    {"ac", "accounted"},
    {"nr", "no-reserve"},
    {"ht", "hugetlb"},
    {"sf", "sync-fault"},
    {"nl", "non-linear"},
    {"ar", "arch"},
    {"wf", "wipe-on-fork"},
    {"dd", "dont-dump"},
    {"dp", "droppable"},
    {"sd", "soft-dirty"},
    {"mm", "mixed-map"},
    {"hg", "huge-pages"},
    {"nh", "no-huge-pages"},
    {"mg", "mergeable"},
    {"bt", "branch-targets"},
    {"mt", "memory-tags"},
    {"um", "userfault-missing"},
    {"uw", "userfault-write"},
    {"ui", "userfault-minor"},
    {"ss", "shadow-stack"},
    {"sl", "sealed"},
});

consteval bool vm_flag_letters_are_unique() {
  for (std::size_t i = 0; i < kVmFlagWords.size(); ++i) {
    if (kVmFlagWords[i].letters.size() != 2 || kVmFlagWords[i].word.empty()) return false;
    for (std::size_t other = 0; other < i; ++other) {
      if (kVmFlagWords[other].letters == kVmFlagWords[i].letters) return false;
    }
  }
  return true;
}
static_assert(vm_flag_letters_are_unique());

// "rd wr mr" as "readable writable may-read"; flags of a later kernel stay as they are.
void append_vm_flags(Buffer& buffer, std::string_view flags);

}  // namespace pageloupe
