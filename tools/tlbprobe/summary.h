// SPDX-License-Identifier: MIT
// What was found, in sentences.
#pragma once

#include <string>

#include "probe/inference.h"
#include "tlbprobe/machine.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {

// "L1 dTLB 72 entries (fully associative), +6.9 cycles on a miss; L2 3,072 entries, 12 ways, +46 cycles to
// walk; with 4 KiB pages it reaches 12 MiB." From rows of one page size, the base page if there are any.
[[nodiscard]] std::string headline(std::span<const TlbRow> rows, Bytes base_page, bool timed);

// The CPU, a line: "AMD EPYC (Zen 4) under KVM".
[[nodiscard]] std::string describe_cpu(const Machine& machine);

// Lines below the table: reasons, page sizes, walks, and what the machine did to the run.
[[nodiscard]] std::string footnotes(std::span<const TlbRow> rows, const Machine& machine,
                                    const ProbeReport* report);

// "12 MiB"; "3,072".
[[nodiscard]] std::string size_words(Bytes size);
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace pageloupe::tlbprobe
