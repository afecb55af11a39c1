// SPDX-License-Identifier: MIT
// /proc/vmstat: counters of the memory management since boot, and how many pages are in which state now; see
// proc(5). Sums over all CPUs: 30 µs and more.
#pragma once

#include <array>
#include <string_view>

#include "proc/keyed.h"

namespace pageloupe {

// Events and pages, never bytes. Some need options of the kernel (NUMA, huge pages) and are missing without.
enum class VmstatKey : std::uint8_t {
  pgpgin,   // KiB read from storage since boot, as the kernel counts it
  pgpgout,  // KiB written
  pswpin,   // pages
  pswpout,
  pgfault,
  pgmajfault,
  pgscan_kswapd,
  pgscan_direct,
  pgsteal_kswapd,
  pgsteal_direct,
  oom_kill,       // processes killed by the OOM killer
  compact_stall,  // allocations that waited for compaction
  thp_fault_alloc,
  thp_fault_fallback,
  thp_collapse_alloc,
  thp_split_page,
  thp_split_pmd,
  thp_swpout,
  workingset_refault_anon,
  workingset_refault_file,
  nr_page_table_pages,  // now, not since boot, as the next
  nr_anon_transparent_hugepages,
  numa_pages_migrated,
  count_
};

inline constexpr auto kVmstatKeys = std::to_array<KeySpelling<VmstatKey>>({
    {VmstatKey::pgpgin, "pgpgin"},
    {VmstatKey::pgpgout, "pgpgout"},
    {VmstatKey::pswpin, "pswpin"},
    {VmstatKey::pswpout, "pswpout"},
    {VmstatKey::pgfault, "pgfault"},
    {VmstatKey::pgmajfault, "pgmajfault"},
    {VmstatKey::pgscan_kswapd, "pgscan_kswapd"},
    {VmstatKey::pgscan_direct, "pgscan_direct"},
    {VmstatKey::pgsteal_kswapd, "pgsteal_kswapd"},
    {VmstatKey::pgsteal_direct, "pgsteal_direct"},
    {VmstatKey::oom_kill, "oom_kill"},
    {VmstatKey::compact_stall, "compact_stall"},
    {VmstatKey::thp_fault_alloc, "thp_fault_alloc"},
    {VmstatKey::thp_fault_fallback, "thp_fault_fallback"},
    {VmstatKey::thp_collapse_alloc, "thp_collapse_alloc"},
    {VmstatKey::thp_split_page, "thp_split_page"},
    {VmstatKey::thp_split_pmd, "thp_split_pmd"},
    {VmstatKey::thp_swpout, "thp_swpout"},
    {VmstatKey::workingset_refault_anon, "workingset_refault_anon"},
    {VmstatKey::workingset_refault_file, "workingset_refault_file"},
    {VmstatKey::nr_page_table_pages, "nr_page_table_pages"},
    {VmstatKey::nr_anon_transparent_hugepages, "nr_anon_transparent_hugepages"},
    {VmstatKey::numa_pages_migrated, "numa_pages_migrated"},
});
static_assert(in_enum_order(kVmstatKeys));

using Vmstat = KeyedValues<VmstatKey>;

// Errors: malformed, with its line. Keys that are not known here are passed over.
[[nodiscard]] Result<Vmstat> parse_vmstat(std::string_view text);

}  // namespace pageloupe
