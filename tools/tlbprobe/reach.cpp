// SPDX-License-Identifier: MIT
#include "tlbprobe/reach.h"

#include <algorithm>
#include <tuple>

#include "probe/wording.h"
#include "tlbprobe/summary.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr Bytes kTwoMib{2ULL << 20U};
static_assert(huge_page_size(Bytes{4096}) == kTwoMib);

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

std::optional<Percent> share_of(std::uint64_t entries, std::uint64_t needed) {
  if (needed == 0) return std::nullopt;
  return Percent{100.0 * static_cast<double>(std::min(entries, needed)) / static_cast<double>(needed)};
}

std::string_view known_by(const TlbRow& row) {
  if (row.measured) return name(Provenance::measured);
  return name(row.declared ? Provenance::declared : Provenance::published);
}

}  // namespace

std::vector<ReachRow> make_reach(std::span<const TlbRow> rows, const ResidentPages& pages, Bytes base_page,
                                 Bytes piece) {
  const auto now = demand_of(pages, {.base_page = base_page, .piece = piece});
  const auto then = demand_of(pages, {.moved = pages.eligible, .base_page = base_page, .piece = piece});
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
    one.needed = small ? now.small_entries : now.huge_entries;
    one.needed_if_huge = small ? then.small_entries : then.huge_entries;
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
