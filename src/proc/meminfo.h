// SPDX-License-Identifier: MIT
// /proc/meminfo; see proc(5).
#pragma once

#include <array>
#include <string_view>

#include "proc/keyed.h"

namespace pageloupe {

enum class MeminfoKey : std::uint8_t {
  mem_total,
  mem_free,
  mem_available,
  buffers,
  cached,
  swap_cached,
  swap_total,
  swap_free,
  zswap,
  zswapped,
  dirty,
  anon_pages,
  mapped,
  shmem,
  s_reclaimable,
  s_unreclaim,
  kernel_stack,
  page_tables,
  commit_limit,
  committed_as,
  anon_huge_pages,
  shmem_huge_pages,
  file_huge_pages,
  huge_pages_total,
  huge_pages_free,
  hugepagesize,
  hugetlb,
  sec_page_tables,  // of virtual machines and IOMMUs
  percpu,
  count_
};

inline constexpr auto kMeminfoKeys = std::to_array<KeySpelling<MeminfoKey>>({
    {MeminfoKey::mem_total, "MemTotal"},
    {MeminfoKey::mem_free, "MemFree"},
    {MeminfoKey::mem_available, "MemAvailable"},
    {MeminfoKey::buffers, "Buffers"},
    {MeminfoKey::cached, "Cached"},
    {MeminfoKey::swap_cached, "SwapCached"},
    {MeminfoKey::swap_total, "SwapTotal"},
    {MeminfoKey::swap_free, "SwapFree"},
    {MeminfoKey::zswap, "Zswap"},
    {MeminfoKey::zswapped, "Zswapped"},
    {MeminfoKey::dirty, "Dirty"},
    {MeminfoKey::anon_pages, "AnonPages"},
    {MeminfoKey::mapped, "Mapped"},
    {MeminfoKey::shmem, "Shmem"},
    {MeminfoKey::s_reclaimable, "SReclaimable"},
    {MeminfoKey::s_unreclaim, "SUnreclaim"},
    {MeminfoKey::kernel_stack, "KernelStack"},
    {MeminfoKey::page_tables, "PageTables"},
    {MeminfoKey::commit_limit, "CommitLimit"},
    {MeminfoKey::committed_as, "Committed_AS"},
    {MeminfoKey::anon_huge_pages, "AnonHugePages"},
    {MeminfoKey::shmem_huge_pages, "ShmemHugePages"},
    {MeminfoKey::file_huge_pages, "FileHugePages"},
    {MeminfoKey::huge_pages_total, "HugePages_Total"},
    {MeminfoKey::huge_pages_free, "HugePages_Free"},
    {MeminfoKey::hugepagesize, "Hugepagesize"},
    {MeminfoKey::hugetlb, "Hugetlb"},
    {MeminfoKey::sec_page_tables, "SecPageTables"},
    {MeminfoKey::percpu, "Percpu"},
});
static_assert(in_enum_order(kMeminfoKeys));

using Meminfo = KeyedValues<MeminfoKey>;

// Errors: malformed, with its line. Keys that are not known here are passed over.
[[nodiscard]] Result<Meminfo> parse_meminfo(std::string_view text);

}  // namespace pageloupe
