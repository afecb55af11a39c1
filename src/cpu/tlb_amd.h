// SPDX-License-Identifier: MIT
// TLBs as AMD and Hygon CPUs declare them: CPUID leaves 0x80000005, 0x80000006 and 0x80000019, as the AMD64
// Architecture Programmer's Manual, volume 3, appendix E defines them.
#pragma once

#include <vector>

#include "cpu/cpuid.h"
#include "cpu/tlb.h"

namespace pageloupe {

// Levels 1 and 2, for 2M/4M, 4K and 1G pages, data before instructions; a row for each, absent ones too.
[[nodiscard]] std::vector<TlbLevel> decode_tlb_amd(const CpuidTable& cpuid);

// Leaf 0x80000005 alone, which Centaur and Zhaoxin fill in the same way. Empty where it is missing or 0.
[[nodiscard]] std::vector<TlbLevel> decode_tlb_amd_first_level(const CpuidTable& cpuid);

}  // namespace pageloupe
