// SPDX-License-Identifier: MIT
// The resident memory of a process against each data TLB.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probe/granule.h"
#include "sample/tlb_demand.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {

// One TLB, and what the process asks of it.
struct ReachRow {
  std::string tlb{};
  std::string page_text{};
  std::uint64_t entries = 0;
  std::string entries_by{};  // measured, declared or published
  Bytes reach{};
  Bytes memory{};                    // of the process, that these entries are for
  std::uint64_t needed = 0;          // entries for all of it
  std::optional<Percent> covered{};  // nothing if it needs none
  std::uint64_t needed_if_huge = 0;  // the same if eligible memory were in huge pages
  std::optional<Percent> covered_if_huge{};
};

// `piece` is what an entry covers of a 2 MiB page: less than 2 MiB where a hypervisor backs it with smaller
// pages, whose entries are then those of base pages.
[[nodiscard]] std::vector<ReachRow> make_reach(std::span<const TlbRow> rows, const ResidentPages& pages,
                                               Bytes base_page, Bytes piece);

// "python3: 350 MiB resident, … the L2 covers 3.4% of it", for people.
[[nodiscard]] std::string reach_headline(std::span<const ReachRow> rows, const ResidentPages& pages,
                                         Bytes piece);

[[nodiscard]] FieldSpan<ReachRow> reach_fields();

}  // namespace pageloupe::tlbprobe
