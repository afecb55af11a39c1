// SPDX-License-Identifier: MIT
// What resident memory asks of the TLB: by the size of the pages that map it, and what huge pages would
// change.
#pragma once

#include <string>

#include "cpu/data_tlb.h"
#include "proc/procfs.h"
#include "proc/smaps.h"

namespace pageloupe {

// What one entry of the second-last level of page tables maps: 2 MiB where a page has 4 KiB. A page of tables
// holds an eighth as many entries as a page has bytes.
[[nodiscard]] constexpr Bytes huge_page_size(Bytes base_page) {
  return {base_page.value * (base_page.value / 8)};
}
static_assert(huge_page_size(Bytes{4096}) == Bytes{2U << 20U});
static_assert(huge_page_size(Bytes{65536}) == Bytes{512U << 20U});

inline constexpr Bytes kGiganticPage{1U << 30U};

// How many pages it takes.
[[nodiscard]] constexpr std::uint64_t pages_in(Bytes memory, Bytes page) {
  return (memory.value + page.value - 1) / page.value;
}

// Resident memory by the size of the pages that map it.
struct ResidentPages {
  std::string comm{};  // raw bytes
  Bytes resident{};
  Bytes huge{};      // mapped by huge pages
  Bytes gigantic{};  // by larger pages of the hugetlb pool
  Bytes eligible{};  // the rest of mappings for which the kernel allows transparent huge pages
  [[nodiscard]] Bytes base() const { return resident - huge - gigantic; }
};

// Of one mapping, or of all in smaps_rollup, which does not say the size of pages from the pool: they are
// taken for huge ones there.
[[nodiscard]] ResidentPages resident_pages(const SmapsUsage& usage, Bytes base_page = {4096});

// How much of a mapping lies in whole, aligned huge pages.
[[nodiscard]] Bytes in_whole_huge_pages(const Vma& vma, Bytes base_page = {4096});

// The part of a mapping's resident memory that would be in huge pages, if it had all that it can have, and is
// not: what lies in whole, aligned ones at most.
[[nodiscard]] Bytes convertible(const Vma& vma, const SmapsUsage& usage, Bytes base_page = {4096});

// Sums up a mapping.
void add_mapping(const VmaRecord& record, ResidentPages& pages);

// Reads stat and smaps; the kernel walks the page tables of the process meanwhile.
// Errors: gone, denied, no_memory, io, malformed.
[[nodiscard]] Result<ResidentPages> read_resident(const ProcFs& procfs, Pid pid);

// How much is in small pages and how much in huge ones, as the TLB sees it.
struct TlbDemand {
  Bytes small{};
  std::uint64_t small_entries = 0;
  Bytes huge{};
  std::uint64_t huge_entries = 0;
  std::uint64_t gigantic_entries = 0;
  [[nodiscard]] std::uint64_t entries() const { return small_entries + huge_entries + gigantic_entries; }
};

struct DemandOptions {
  Bytes moved{};  // from small pages to huge ones: what is eligible, for what would be
  Bytes base_page{4096};
  // What an entry covers of a huge page: less where a hypervisor backs it with smaller pages, whose entries
  // are then those of base pages. 0: all of it.
  Bytes piece{};
};

[[nodiscard]] TlbDemand demand_of(const ResidentPages& pages, const DemandOptions& options);

// What of the resident memory one level of TLB covers at once.
[[nodiscard]] Bytes covered(const DataTlb& tlb, const ResidentPages& pages, Bytes base_page);

}  // namespace pageloupe
