// SPDX-License-Identifier: MIT
// What smaps and smaps_rollup say of memory in use.
#pragma once

#include "proc/keyed.h"

namespace pageloupe {

// In the order in which Linux 6.18 prints them.
enum class SmapsKey : std::uint8_t {
  size,
  kernel_page_size,
  mmu_page_size,
  rss,
  pss,
  pss_dirty,
  pss_anon,  // of smaps_rollup only, as the two that follow
  pss_file,
  pss_shmem,
  shared_clean,
  shared_dirty,
  private_clean,
  private_dirty,
  referenced,
  anonymous,
  ksm,
  lazy_free,
  anon_huge_pages,
  shmem_pmd_mapped,
  file_pmd_mapped,
  shared_hugetlb,
  private_hugetlb,
  swap,
  swap_pss,
  locked,
  thp_eligible,    // 0 or 1
  protection_key,  // a number
  count_
};

inline constexpr auto kSmapsKeys = std::to_array<KeySpelling<SmapsKey>>({
    {SmapsKey::size, "Size"},
    {SmapsKey::kernel_page_size, "KernelPageSize"},
    {SmapsKey::mmu_page_size, "MMUPageSize"},
    {SmapsKey::rss, "Rss"},
    {SmapsKey::pss, "Pss"},
    {SmapsKey::pss_dirty, "Pss_Dirty"},
    {SmapsKey::pss_anon, "Pss_Anon"},
    {SmapsKey::pss_file, "Pss_File"},
    {SmapsKey::pss_shmem, "Pss_Shmem"},
    {SmapsKey::shared_clean, "Shared_Clean"},
    {SmapsKey::shared_dirty, "Shared_Dirty"},
    {SmapsKey::private_clean, "Private_Clean"},
    {SmapsKey::private_dirty, "Private_Dirty"},
    {SmapsKey::referenced, "Referenced"},
    {SmapsKey::anonymous, "Anonymous"},
    {SmapsKey::ksm, "KSM"},
    {SmapsKey::lazy_free, "LazyFree"},
    {SmapsKey::anon_huge_pages, "AnonHugePages"},
    {SmapsKey::shmem_pmd_mapped, "ShmemPmdMapped"},
    {SmapsKey::file_pmd_mapped, "FilePmdMapped"},
    {SmapsKey::shared_hugetlb, "Shared_Hugetlb"},
    {SmapsKey::private_hugetlb, "Private_Hugetlb"},
    {SmapsKey::swap, "Swap"},
    {SmapsKey::swap_pss, "SwapPss"},
    {SmapsKey::locked, "Locked"},
    {SmapsKey::thp_eligible, "THPeligible"},
    {SmapsKey::protection_key, "ProtectionKey"},
});
static_assert(in_enum_order(kSmapsKeys));

using SmapsUsage = KeyedValues<SmapsKey>;

// A key's bytes, none where the kernel does not tell it: for sums and bounds.
[[nodiscard]] inline Bytes bytes_or_none(const SmapsUsage& usage, SmapsKey key) {
  return usage.bytes(key).value_or(Bytes{});
}

// Private_Clean + Private_Dirty: what only this process has, the unique set size. The pages of hugetlb are
// counted apart by the kernel and are not part of it, as in ps and smem.
[[nodiscard]] inline std::optional<Bytes> unique_set_size(const SmapsUsage& usage) {
  const auto clean = usage.bytes(SmapsKey::private_clean);
  const auto dirty = usage.bytes(SmapsKey::private_dirty);
  if (!clean || !dirty) return std::nullopt;
  return *clean + *dirty;
}

// Resident memory with hugetlb pages, which the kernel leaves out of Rss.
[[nodiscard]] inline std::optional<Bytes> resident_with_hugetlb(const SmapsUsage& usage) {
  auto resident = usage.bytes(SmapsKey::rss);
  if (!resident) return std::nullopt;
  *resident += bytes_or_none(usage, SmapsKey::shared_hugetlb);
  *resident += bytes_or_none(usage, SmapsKey::private_hugetlb);
  return resident;
}

}  // namespace pageloupe
