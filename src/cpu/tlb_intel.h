// SPDX-License-Identifier: MIT
// TLBs as Intel CPUs declare them: the descriptors of CPUID leaf 2, and since Ice Lake the subleaves of leaf
// 0x18, as the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, defines them.
#pragma once

#include <vector>

#include "cpu/cpuid.h"
#include "cpu/tlb.h"

namespace pageloupe {

// The TLB descriptors of leaf 2 in their order, or leaf 0x18 where leaf 2 refers to it or says nothing. Three
// absent rows (data, instruction, second level) where neither says anything.
[[nodiscard]] std::vector<TlbLevel> decode_tlb_intel(const CpuidTable& cpuid);

// Centaur and Zhaoxin: Intel's leaves, then AMD's leaf 0x80000005, which these CPUs fill too.
[[nodiscard]] std::vector<TlbLevel> decode_tlb_centaur(const CpuidTable& cpuid);

}  // namespace pageloupe
