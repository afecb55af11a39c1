// SPDX-License-Identifier: MIT
#include "tlbprobe/reach.h"

#include <algorithm>
#include <tuple>

#include "probe/wording.h"
#include "proc/smaps_usage.h"
#include "proc/stat.h"
#include "tlbprobe/summary.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr Bytes kTwoMib{2ULL << 20U};

std::string_view tlb(const ReachRow& row) { return row.tlb; }
std::string_view page_size(const ReachRow& row) { return row.page_text; }
std::uint64_t entries(const ReachRow& row) { return row.entries; }
std::string_view entries_by(const ReachRow& row) { return row.entries_by; }
Bytes reach(const ReachRow& row) { return row.reach; }
Bytes memory(const ReachRow& row) { return row.memory; }
std::uint64_t needed(const ReachRow& row) { return row.needed; }
std::uint64_t needed_if_huge(const ReachRow& row) { return row.needed_if_huge; }
std::expected<Percent, Errc> share(const std::optional<Percent>& covered) {
  return covered ? std::expected<Percent, Errc>(*covered) : std::unexpected(Errc::not_applicable);
}
std::expected<Percent, Errc> covered(const ReachRow& row) { return share(row.covered); }
std::expected<Percent, Errc> covered_if_huge(const ReachRow& row) { return share(row.covered_if_huge); }

constexpr Origin kTlb{.key = "timing, CPUID"};
constexpr Origin kSmaps{.files = {Source::smaps}, .key = "Rss, AnonHugePages, THPeligible"};
constexpr auto kFields = std::to_array<Field<ReachRow>>({
    field_of<tlb, ReachRow>({.name = "tlb", .header = "TLB", .origin = kTlb, .help = "level and kind"}),
    field_of<page_size, ReachRow>({.name = "page_size",
                                   .header = "PAGE",
                                   .origin = kTlb,
                                   .help = "size of the pages of these entries"}),
    field_of<entries, ReachRow>(
        {.name = "entries", .header = "ENTRIES", .origin = kTlb, .help = "how many there are"}),
    field_of<entries_by, ReachRow>({.name = "entries_by",
                                    .header = "BY",
                                    .origin = kTlb,
                                    .help = "how the entries are known: measured, declared or published"}),
    field_of<reach, ReachRow>(
        {.name = "reach", .header = "REACH", .origin = kTlb, .help = "memory that all entries cover"}),
    field_of<memory, ReachRow>({.name = "memory",
                                .header = "MEMORY",
                                .origin = kSmaps,
                                .help = "resident memory in pages of these entries"}),
    field_of<needed, ReachRow>({.name = "needed",
                                .header = "NEEDED",
                                .origin = kSmaps,
                                .help = "entries that all of that memory needs"}),
    field_of<covered, ReachRow>(
        {.name = "covered", .header = "COVERED", .origin = kSmaps, .help = "share of that memory that fits"}),
    field_of<needed_if_huge, ReachRow>(
        {.name = "needed_if_huge",
         .header = "IF HUGE",
         .origin = kSmaps,
         .help = "entries needed if all memory that may be in huge pages were"}),
    field_of<covered_if_huge, ReachRow>({.name = "covered_if_huge",
                                         .header = "COVERED",
                                         .origin = kSmaps,
                                         .help = "share of the memory that would fit then"}),
});
static_assert(names_are_unique(kFields));

std::uint64_t pages_in(Bytes memory, Bytes page) { return (memory.value + page.value - 1) / page.value; }

std::optional<Percent> share_of(std::uint64_t entries, std::uint64_t needed) {
  if (needed == 0) return std::nullopt;
  return Percent{100.0 * static_cast<double>(std::min(entries, needed)) / static_cast<double>(needed)};
}

// How much of a process is in small pages and how much in huge ones, as the TLB sees it.
struct Split {
  Bytes small{};
  std::uint64_t small_entries = 0;
  Bytes huge{};
};

Split split_of(const ResidentPages& pages, Bytes moved, Bytes base_page, Bytes piece) {
  const auto small = pages.base() - moved;
  const auto huge = pages.huge + moved;
  if (piece >= kTwoMib) return {.small = small, .small_entries = pages_in(small, base_page), .huge = huge};
  return {
      .small = small + huge, .small_entries = pages_in(small, base_page) + pages_in(huge, piece), .huge = {}};
}

std::string_view known_by(const TlbRow& row) {
  if (row.measured) return name(Provenance::measured);
  return name(row.declared ? Provenance::declared : Provenance::published);
}

}  // namespace

void add_mapping(const VmaRecord& record, ResidentPages& pages) {
  const auto& usage = record.usage;
  const auto pool =
      bytes_or_none(usage, SmapsKey::shared_hugetlb) + bytes_or_none(usage, SmapsKey::private_hugetlb);
  const auto huge = bytes_or_none(usage, SmapsKey::anon_huge_pages) +
                    bytes_or_none(usage, SmapsKey::shmem_pmd_mapped) +
                    bytes_or_none(usage, SmapsKey::file_pmd_mapped);
  const auto rss = bytes_or_none(usage, SmapsKey::rss);
  const bool larger = bytes_or_none(usage, SmapsKey::kernel_page_size) > kTwoMib;
  pages.resident += rss + pool;
  pages.huge += huge + (larger ? Bytes{} : pool);
  pages.gigantic += larger ? pool : Bytes{};
  if (usage[SmapsKey::thp_eligible].value_or(0) != 0 && rss > huge) pages.eligible += rss - huge;
}

Result<ResidentPages> read_resident(const ProcFs& procfs, Pid pid) {
  const auto dir = procfs.pid(pid);
  if (!dir) return std::unexpected(dir.error());
  ResidentPages pages;
  std::string buffer;
  const auto text = dir->read("stat", buffer);
  if (!text) return std::unexpected(text.error());
  if (const auto stat = parse_stat(*text)) pages.comm = stat->comm.view();
  auto file = dir->open("smaps");
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

std::vector<ReachRow> make_reach(std::span<const TlbRow> rows, const ResidentPages& pages, Bytes base_page,
                                 Bytes piece) {
  const auto now = split_of(pages, {}, base_page, piece);
  const auto then = split_of(pages, pages.eligible, base_page, piece);
  std::vector<ReachRow> reached;
  for (const auto& row : rows) {
    const auto entries = row.best();
    if (!entries || row.kind == TlbKind::instruction || row.kind == TlbKind::store) continue;
    const bool small = row.page_size == base_page;
    if (!small && row.page_size != kTwoMib) continue;
    ReachRow one{.tlb = row.tlb,
                 .page_text = row.page_text,
                 .entries = *entries,
                 .entries_by = std::string(known_by(row))};
    one.reach = Bytes{*entries * row.page_size.value};
    one.memory = small ? now.small : now.huge;
    one.needed = small ? now.small_entries : pages_in(now.huge, kTwoMib);
    one.needed_if_huge = small ? then.small_entries : pages_in(then.huge, kTwoMib);
    one.covered = share_of(*entries, one.needed);
    one.covered_if_huge = share_of(*entries, one.needed_if_huge);
    reached.push_back(std::move(one));
  }
  return reached;
}

std::string reach_headline(std::span<const ReachRow> rows, const ResidentPages& pages, Bytes piece) {
  std::string text = size_words(pages.resident) + " resident: " + size_words(pages.base()) +
                     " in base pages, " + size_words(pages.huge) + " in 2 MiB pages";
  if (pages.gigantic.value != 0) text += ", " + size_words(pages.gigantic) + " in larger ones";
  const auto last =
      std::ranges::find_if(rows.rbegin(), rows.rend(), [](const ReachRow& row) { return row.needed > 0; });
  if (last != rows.rend()) {
    text += "; of its " + last->page_text + " pages the " + last->tlb + " TLB covers " +
            fixed(last->covered->value, 1) + "%";
  }
  text += ". ";
  if (piece < kTwoMib) {
    return text + "Huge pages would save page-table walks but no entries: the TLB holds them in pieces of " +
           size_words(piece) + " here.";
  }
  return text + size_words(pages.eligible) + " more could be in huge pages.";
}

FieldSpan<ReachRow> reach_fields() { return kFields; }

}  // namespace pageloupe::tlbprobe
