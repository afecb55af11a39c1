// SPDX-License-Identifier: MIT
// TLB geometries of known cores, as documents give them: to stand beside what a CPU declares and what is
// measured, never to correct either.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "cpu/cpuid.h"
#include "cpu/cpuinfo.h"
#include "cpu/tlb.h"

namespace pageloupe {

// The core's name: "Zen 4", "Golden Cove". By vendor, family and model, and on a hybrid CPU by the core type
// of leaf 0x1A, which is that of the core the leaves were read on. Nothing for an unknown core.
[[nodiscard]] std::optional<std::string_view> core_name(const CpuidTable& cpuid);

// By implementer and part: "Cortex-A76".
[[nodiscard]] std::optional<std::string_view> core_name(const ArmMidr& midr);

// What is published of the core, each row with its document. Empty for a core that the table does not have,
// and without the levels for which no document was at hand.
[[nodiscard]] std::vector<TlbLevel> published_tlb(const CpuidTable& cpuid);
[[nodiscard]] std::vector<TlbLevel> published_tlb(const ArmMidr& midr);

}  // namespace pageloupe
