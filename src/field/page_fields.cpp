// SPDX-License-Identifier: MIT
#include "field/page_fields.h"

#include <algorithm>

namespace pageloupe {
namespace {

template <class T>
using Cell = std::expected<T, Errc>;

template <class Part>
Cell<Bytes> part_of(const VmaRow& row, std::expected<Part, Errc> PageUse::* group, Bytes Part::* part) {
  if (!row.pages) return std::unexpected(Errc::not_sampled);
  const auto& values = *row.pages.*group;
  return values ? Cell<Bytes>((*values).*part) : std::unexpected(values.error());
}

template <Bytes TableUse::* kPart>
Cell<Bytes> table_part(const VmaRow& row) {
  return part_of(row, &PageUse::table, kPart);
}
template <Bytes FrameUse::* kPart>
Cell<Bytes> frame_part(const VmaRow& row) {
  return part_of(row, &PageUse::frames, kPart);
}
template <Bytes MapcountUse::* kPart>
Cell<Bytes> count_part(const VmaRow& row) {
  return part_of(row, &PageUse::counts, kPart);
}

Cell<Bytes> flagged(const VmaRow& row, std::size_t place) {
  if (!row.pages) return std::unexpected(Errc::not_sampled);
  const auto& frames = row.pages->frames;
  return frames ? Cell<Bytes>(frames->of(place)) : std::unexpected(frames.error());
}

// What has no page of any sort and no place in swap.
Cell<Bytes> absent(const VmaRow& row) {
  if (!row.pages) return std::unexpected(Errc::not_sampled);
  const auto& table = row.pages->table;
  if (!table) return std::unexpected(table.error());
  const auto there = table->present + table->swapped + table->detached;
  return row.record.vma.size() - std::min(there, row.record.vma.size());
}

Cell<Bytes> soft_dirty(const VmaRow& row) {
  if (row.pages && row.pages->table && !row.pages->has_soft_dirty) return std::unexpected(Errc::unsupported);
  return table_part<&TableUse::soft_dirty>(row);
}
Cell<Bytes> uffd_wp(const VmaRow& row) {
  if (row.pages && row.pages->table && !row.pages->has_uffd_wp) return std::unexpected(Errc::unsupported);
  return table_part<&TableUse::uffd_wp>(row);
}

Cell<Bytes> cached(const VmaRow& row) { return part_of(row, &PageUse::cache, &CacheUse::cached); }
template <std::optional<Bytes> CacheUse::* kPart>
Cell<Bytes> cache_part(const VmaRow& row) {
  if (!row.pages) return std::unexpected(Errc::not_sampled);
  const auto& cache = row.pages->cache;
  if (!cache) return std::unexpected(cache.error());
  const auto& part = (*cache).*kPart;
  return part ? Cell<Bytes>(*part) : std::unexpected(Errc::unsupported);
}

template <auto Getter>
consteval Field<VmaRow> of_pagemap(Column column) {
  column.origin.files = Source::maps | Source::pagemap;
  column.fold = kSum;
  return field_of<Getter, VmaRow>(column);
}
template <auto Getter>
consteval Field<VmaRow> of_frames(Column column) {
  column.origin.files = Source::maps | Source::pagemap;
  column.fold = kSum;
  return field_of<Getter, VmaRow>(column);
}
consteval Field<VmaRow> flag(KpageFlag which, Column column) {
  column.origin.files = Source::maps | Source::pagemap;
  column.fold = kSum;
  return field_of<flagged, VmaRow>(column, place_of(which));
}
template <auto Getter>
consteval Field<VmaRow> of_counts(Column column) {
  column.origin.files = Source::maps | Source::pagemap;
  column.fold = kSum;
  return field_of<Getter, VmaRow>(column);
}
// A file that is mapped twice is cached once: no sums.
template <auto Getter>
consteval Field<VmaRow> of_cache(Column column) {
  column.origin.files = Source::maps;
  return field_of<Getter, VmaRow>(column);
}

constexpr auto kPageFields = std::to_array<Field<VmaRow>>({
    of_pagemap<table_part<&TableUse::present>>(
        {.name = "present",
         .header = "PRESENT",
         .origin = {{}, "bit 63"},
         .help = "has a page: memory, the page of zeros, huge page pool, device",
         .width = 7}),
    of_frames<frame_part<&FrameUse::rss>>({.name = "rss",
                                           .header = "RSS",
                                           .origin = {{}, "kpageflags, what is counted"},
                                           .help = "the part of it that RSS counts",
                                           .width = 7}),
    of_pagemap<table_part<&TableUse::swapped>>(
        {.name = "swapped",
         .header = "SWAPPED",
         .aliases = "swap",
         .origin = {{}, "bit 62"},
         .help = "in swap; of shared memory the page table does not tell",
         .width = 7}),
    of_pagemap<absent>({.name = "absent",
                        .header = "ABSENT",
                        .aliases = "untouched",
                        .origin = {{}, "neither"},
                        .help = "reserved, with neither a page nor a place in swap",
                        .width = 7}),
    of_pagemap<table_part<&TableUse::file>>({.name = "file",
                                             .header = "FILE",
                                             .origin = {{}, "bit 61"},
                                             .help = "present, of a file or of shared memory",
                                             .width = 7}),
    flag(KpageFlag::anon, {.name = "anon",
                           .header = "ANON",
                           .origin = {{}, "kpageflags ANON"},
                           .help = "present, of no file",
                           .width = 7}),
    of_pagemap<table_part<&TableUse::exclusive>>({.name = "exclusive",
                                                  .header = "EXCLUSIVE",
                                                  .origin = {{}, "bit 56"},
                                                  .help = "present, and mapped nowhere else",
                                                  .width = 9}),
    of_counts<count_part<&MapcountUse::once>>({.name = "mapped_once",
                                               .header = "ONCE",
                                               .origin = {{}, "kpagecount 1"},
                                               .help = "frames that are mapped once"}),
    of_counts<count_part<&MapcountUse::more>>(
        {.name = "mapped_more",
         .header = "MORE",
         .origin = {{}, "kpagecount 2 and more"},
         .help = "frames that are mapped more than once, here or elsewhere"}),
    flag(KpageFlag::thp, {.name = "thp",
                          .header = "THP",
                          .origin = {{}, "kpageflags THP"},
                          .help = "in pages larger than a base page, of any size; also of the page cache",
                          .width = 6}),
    flag(KpageFlag::huge, {.name = "hugetlb",
                           .header = "HUGETLB",
                           .origin = {{}, "kpageflags HUGE"},
                           .help = "of the huge page pool; not in RSS"}),
    flag(KpageFlag::zero_page, {.name = "zero",
                                .header = "ZERO",
                                .origin = {{}, "kpageflags ZERO_PAGE"},
                                .help = "the page of zeros: read, never written; not in RSS"}),
    flag(KpageFlag::ksm, {.name = "ksm",
                          .header = "KSM",
                          .origin = {{}, "kpageflags KSM"},
                          .help = "merged with equal pages"}),
    of_frames<frame_part<&FrameUse::special>>(
        {.name = "special",
         .header = "SPECIAL",
         .origin = {{}, "kpageflags NOPAGE, RESERVED"},
         .help = "of a device or of the kernel itself, as the data of the vdso; not in RSS"}),
    of_pagemap<table_part<&TableUse::guard>>(
        {.name = "guard_pages", .header = "GUARD", .origin = {{}, "bit 58"}, .help = "MADV_GUARD_INSTALL"}),
    of_pagemap<table_part<&TableUse::detached>>(
        {.name = "detached",
         .header = "DETACHED",
         .origin = {{}, "bit 62"},
         .help = "being moved to another frame, held by a device, or poisoned"}),
    of_pagemap<soft_dirty>({.name = "soft_dirty",
                            .header = "SOFTDIRTY",
                            .origin = {{}, "bit 55"},
                            .help = "written to since the marks were last cleared"}),
    of_pagemap<uffd_wp>({.name = "uffd_wp",
                         .header = "UFFDWP",
                         .origin = {{}, "bit 57"},
                         .help = "write-protected by a userfaultfd"}),
    flag(KpageFlag::referenced, {.name = "referenced",
                                 .header = "REFD",
                                 .origin = {{}, "kpageflags REFERENCED"},
                                 .help = "found in use when reclaim last looked",
                                 .width = 6}),
    flag(KpageFlag::dirty, {.name = "dirty",
                            .header = "DIRTY",
                            .origin = {{}, "kpageflags DIRTY"},
                            .help = "to be written to its file or to swap, as far as the kernel has noticed",
                            .width = 6}),
    flag(KpageFlag::writeback, {.name = "writeback",
                                .header = "WRITEBACK",
                                .origin = {{}, "kpageflags WRITEBACK"},
                                .help = "being written"}),
    flag(KpageFlag::lru,
         {.name = "lru", .header = "LRU", .origin = {{}, "kpageflags LRU"}, .help = "on a list of reclaim"}),
    flag(KpageFlag::active, {.name = "active",
                             .header = "ACTIVE",
                             .origin = {{}, "kpageflags ACTIVE"},
                             .help = "on the list of the pages in use"}),
    flag(KpageFlag::unevictable, {.name = "unevictable",
                                  .header = "UNEVICT",
                                  .origin = {{}, "kpageflags UNEVICTABLE"},
                                  .help = "locked into memory"}),
    flag(KpageFlag::swapbacked, {.name = "swapbacked",
                                 .header = "SWAPBACKED",
                                 .origin = {{}, "kpageflags SWAPBACKED"},
                                 .help = "goes to swap, not to a file: anonymous and shared memory"}),
    flag(KpageFlag::swapcache, {.name = "swapcache",
                                .header = "SWAPCACHE",
                                .origin = {{}, "kpageflags SWAPCACHE"},
                                .help = "in memory and in swap as well"}),
    flag(KpageFlag::hwpoison, {.name = "poisoned",
                               .header = "POISONED",
                               .origin = {{}, "kpageflags HWPOISON"},
                               .help = "found defective"}),
    of_cache<cached>({.name = "cached",
                      .header = "CACHED",
                      .origin = {{}, "cachestat nr_cache"},
                      .help = "of this part of the file in the page cache, mapped or not",
                      .width = 6}),
    of_cache<cache_part<&CacheUse::dirty>>({.name = "cache_dirty",
                                            .header = "CDIRTY",
                                            .origin = {{}, "cachestat nr_dirty"},
                                            .help = "of that, to be written"}),
    of_cache<cache_part<&CacheUse::writeback>>({.name = "cache_writeback",
                                                .header = "CWRITEBACK",
                                                .origin = {{}, "cachestat nr_writeback"},
                                                .help = "of that, being written"}),
    of_cache<cache_part<&CacheUse::evicted>>(
        {.name = "cache_evicted",
         .header = "CEVICTED",
         .origin = {{}, "cachestat nr_evicted"},
         .help = "of this part of the file taken back from the page cache"}),
});
static_assert(names_are_unique(kPageFields));

bool any_key_begins(std::span<const Column* const> columns, std::string_view file) {
  return std::ranges::any_of(columns,
                             [file](const Column* column) { return column->origin.key.starts_with(file); });
}

}  // namespace

PageWants page_wants(std::span<const Column* const> columns) {
  return {.frames = any_key_begins(columns, "kpageflags"),
          .counts = any_key_begins(columns, "kpagecount"),
          .cache = any_key_begins(columns, "cachestat")};
}

FieldSpan<VmaRow> page_fields() {
  static const auto kFields = [] {
    auto fields = place_fields();
    fields.insert(fields.end(), kPageFields.begin(), kPageFields.end());
    return fields;
  }();
  return kFields;
}

}  // namespace pageloupe
