// SPDX-License-Identifier: MIT
#include "sample/tlb_demand.h"

#include <algorithm>

#include "proc/stat.h"

namespace pageloupe {
namespace {

Bytes transparent_huge(const SmapsUsage& usage) {
  return bytes_or_none(usage, SmapsKey::anon_huge_pages) + bytes_or_none(usage, SmapsKey::shmem_pmd_mapped) +
         bytes_or_none(usage, SmapsKey::file_pmd_mapped);
}

}  // namespace

ResidentPages resident_pages(const SmapsUsage& usage, Bytes base_page) {
  const auto pool =
      bytes_or_none(usage, SmapsKey::shared_hugetlb) + bytes_or_none(usage, SmapsKey::private_hugetlb);
  const bool larger = bytes_or_none(usage, SmapsKey::kernel_page_size) > huge_page_size(base_page);
  const auto rss = bytes_or_none(usage, SmapsKey::rss);
  ResidentPages pages;
  pages.resident = rss + pool;
  // A huge page that is mapped twice over can count more than once.
  pages.huge = std::min(transparent_huge(usage), rss) + (larger ? Bytes{} : pool);
  pages.gigantic = larger ? pool : Bytes{};
  return pages;
}

Bytes in_whole_huge_pages(const Vma& vma, Bytes base_page) {
  const auto size = huge_page_size(base_page).value;
  const auto first = (vma.start.value + size - 1) / size * size;
  const auto end = vma.end.value / size * size;
  return {end > first ? end - first : 0};
}

Bytes convertible(const Vma& vma, const SmapsUsage& usage, Bytes base_page) {
  const auto most = std::min(bytes_or_none(usage, SmapsKey::rss), in_whole_huge_pages(vma, base_page));
  const auto huge = transparent_huge(usage);
  return most > huge ? most - huge : Bytes{};
}

void add_mapping(const VmaRecord& record, ResidentPages& pages) {
  const auto one = resident_pages(record.usage);
  pages.resident += one.resident;
  pages.huge += one.huge;
  pages.gigantic += one.gigantic;
  if (record.usage[SmapsKey::thp_eligible].value_or(0) != 0)
    pages.eligible += convertible(record.vma, record.usage);
}

Result<ResidentPages> read_resident(const ProcFs& procfs, Pid pid) {
  const auto dir = procfs.pid(pid);
  if (!dir) return std::unexpected(dir.error());
  ResidentPages pages;
  std::string buffer;
  const auto text = dir->read("stat", buffer);
  if (!text) return std::unexpected(text.error());
  if (const auto stat = parse_stat(*text)) pages.comm = stat->comm.view();
  auto file = dir->stream("smaps");
  if (!file) return std::unexpected(file.error());
  SmapsReader reader(std::move(*file));
  VmaRecord record;
  bool any = false;
  while (true) {
    const auto more = reader.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    any = true;
    add_mapping(record, pages);
  }
  if (!any) return std::unexpected(Error{.code = Errc::no_memory, .file = "smaps"});
  return pages;
}

TlbDemand demand_of(const ResidentPages& pages, const DemandOptions& options) {
  const auto size = huge_page_size(options.base_page);
  const auto small = pages.base() - options.moved;
  const auto huge = pages.huge + options.moved;
  TlbDemand demand{.small = small,
                   .small_entries = pages_in(small, options.base_page),
                   .huge = huge,
                   .huge_entries = pages_in(huge, size),
                   .gigantic_entries = pages_in(pages.gigantic, kGiganticPage)};
  if (options.piece.value == 0 || options.piece >= size) return demand;
  demand.small += std::exchange(demand.huge, {});
  demand.small_entries += pages_in(huge, options.piece);
  demand.huge_entries = 0;
  return demand;
}

Bytes covered(const DataTlb& tlb, const ResidentPages& pages, Bytes base_page) {
  const auto demand = demand_of(pages, {.base_page = base_page});
  // Shared entries reach furthest with huge pages in them.
  const auto huge = std::min(demand.huge_entries, tlb.huge);
  const auto left = tlb.shared ? tlb.base - std::min(tlb.base, huge) : tlb.base;
  const auto small = std::min(demand.small_entries, left);
  return std::min(Bytes{huge * huge_page_size(base_page).value}, demand.huge) +
         std::min(Bytes{small * base_page.value}, demand.small);
}

}  // namespace pageloupe
