// SPDX-License-Identifier: MIT
// Measured, declared and published TLBs joined to rows.
#pragma once

#include <optional>
#include <vector>

#include "probe/inference.h"
#include "tlbprobe/machine.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {

// By level, kind and page size. Without a report nothing is measured, and the reach is that of declared
// entries.
[[nodiscard]] std::vector<TlbRow> make_rows(const Request& request, const Machine& machine, Bytes base_page,
                                            const ProbeReport* report);

// "4K", "2M", "1G"
[[nodiscard]] std::string page_name(Bytes size);

// What a layout's pages are, and where its result is in a report.
struct MeasuredPart {
  TlbKind kind = TlbKind::data;
  const Geometry* geometry = nullptr;  // nothing: `why`
  Error why{};
  Bytes page_size{};
};

// Data by page size, then instructions.
[[nodiscard]] std::vector<MeasuredPart> parts_of(const ProbeReport& report, Bytes base_page);

}  // namespace pageloupe::tlbprobe
