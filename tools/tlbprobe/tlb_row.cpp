// SPDX-License-Identifier: MIT
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {
namespace {

Cell<std::string_view> text_or_none(std::string_view text) {
  return text.empty() ? Cell<std::string_view>(std::unexpected(Errc::not_applicable)) : text;
}

std::string_view tlb(const TlbRow& row) { return row.tlb; }
std::uint64_t level(const TlbRow& row) { return row.level; }
std::string_view kind(const TlbRow& row) { return name(row.kind); }
std::string_view page_size(const TlbRow& row) { return row.page_text; }
Bytes page(const TlbRow& row) { return row.page_size; }
Cell<std::uint64_t> measured(const TlbRow& row) { return row.measured; }
Cell<std::uint64_t> declared(const TlbRow& row) { return row.declared; }
Cell<std::uint64_t> published(const TlbRow& row) { return row.published; }
Cell<std::string_view> ways(const TlbRow& row) { return text_or_none(row.ways); }
Cell<std::string_view> declared_ways(const TlbRow& row) { return text_or_none(row.declared_ways); }
Cell<std::string_view> published_ways(const TlbRow& row) { return text_or_none(row.published_ways); }
Cell<std::string_view> declared_by(const TlbRow& row) { return text_or_none(row.declared_by); }
Cell<std::string_view> published_by(const TlbRow& row) { return text_or_none(row.published_by); }
Cell<Number> penalty_cycles(const TlbRow& row) { return row.penalty_cycles; }
Cell<Number> penalty_ns(const TlbRow& row) { return row.penalty_ns; }
Cell<Bytes> reach(const TlbRow& row) { return row.reach; }
Cell<std::string_view> confidence(const TlbRow& row) { return text_or_none(row.confidence); }
Cell<std::string_view> note(const TlbRow& row) { return text_or_none(row.note); }

constexpr auto kFields = std::to_array<Field<TlbRow>>({
    field_of<tlb, TlbRow>({.name = "tlb",
                           .header = "TLB",
                           .origin = {.key = "level and kind"},
                           .help = "level, counted from the core, and what it translates"}),
    field_of<level, TlbRow>({.name = "level",
                             .header = "LEVEL",
                             .origin = {.key = "level"},
                             .help = "level, counted from the core"}),
    field_of<kind, TlbRow>({.name = "kind",
                            .header = "KIND",
                            .origin = {.key = "kind"},
                            .help = "data, instruction, unified, load or store"}),
    field_of<page_size, TlbRow>({.name = "page_size",
                                 .header = "PAGE",
                                 .origin = {.key = "page size"},
                                 .help = "size of its pages, as people say it"}),
    field_of<page, TlbRow>(
        {.name = "page", .header = "PAGE SIZE", .origin = {.key = "page size"}, .help = "size of its pages"}),
    field_of<measured, TlbRow>({.name = "measured",
                                .header = "MEASURED",
                                .origin = {.key = "timing"},
                                .help = "entries, by timing"}),
    field_of<declared, TlbRow>({.name = "declared",
                                .header = "DECLARED",
                                .origin = {.key = "CPUID, cpuinfo"},
                                .help = "entries that the CPU or the kernel declares"}),
    field_of<published, TlbRow>({.name = "published",
                                 .header = "PUBLISHED",
                                 .origin = {.key = "documents"},
                                 .help = "entries that documents give for this core"}),
    field_of<verdict, TlbRow>(
        {.name = "verdict",
         .header = "VERDICT",
         .origin = {.key = "timing and CPUID"},
         .help = "measured against declared, else published, entries: equal, within 5%, differs"}),
    field_of<ways, TlbRow>({.name = "ways",
                            .header = "WAYS",
                            .origin = {.key = "timing"},
                            .help = "effective associativity by timing: full, or pages that fit in one set"}),
    field_of<declared_ways, TlbRow>({.name = "declared_ways",
                                     .header = "DECLARED WAYS",
                                     .origin = {.key = "CPUID"},
                                     .help = "associativity that the CPU declares; AMD declares ranges"}),
    field_of<published_ways, TlbRow>({.name = "published_ways",
                                      .header = "PUBLISHED WAYS",
                                      .origin = {.key = "documents"},
                                      .help = "associativity that documents give"}),
    field_of<penalty_cycles, TlbRow>(
        {.name = "penalty_cycles",
         .header = "CYCLES",
         .origin = {.key = "timing"},
         .help = "core cycles that an access takes longer when this level misses: of the last "
                 "level, the walk of the page tables"}),
    field_of<penalty_ns, TlbRow>({.name = "penalty_ns",
                                  .header = "NS",
                                  .origin = {.key = "timing"},
                                  .help = "the same in nanoseconds, at the core frequency of the run"}),
    field_of<reach, TlbRow>(
        {.name = "reach",
         .header = "REACH",
         .origin = {.key = "timing"},
         .help = "memory that its measured entries cover; the declared ones where nothing was timed"}),
    field_of<confidence, TlbRow>({.name = "confidence",
                                  .header = "SURE",
                                  .origin = {.key = "timing"},
                                  .help = "how sure the measured entries are: high, medium or low"}),
    field_of<declared_by, TlbRow>({.name = "declared_by",
                                   .header = "DECLARED BY",
                                   .origin = {.key = "CPUID, cpuinfo"},
                                   .help = "where the declared entries come from"}),
    field_of<published_by, TlbRow>({.name = "published_by",
                                    .header = "PUBLISHED BY",
                                    .origin = {.key = "documents"},
                                    .help = "the document of the published entries"}),
    field_of<note, TlbRow>({.name = "note",
                            .header = "NOTE",
                            .origin = {.key = "timing and CPUID"},
                            .help = "why there is no value, or why it is not sure"}),
});
static_assert(names_are_unique(kFields));

}  // namespace

Cell<std::uint64_t> TlbRow::best() const {
  if (measured) return measured;
  return declared ? declared : published;
}

std::string_view verdict(const TlbRow& row) {
  constexpr double kNear = 0.05;
  const auto& known = row.declared ? row.declared : row.published;
  if (!row.measured || !known) return "n/a";
  if (*row.measured == *known) return "equal";
  const auto ratio = static_cast<double>(*row.measured) / static_cast<double>(*known);
  return ratio > 1 - kNear && ratio < 1 + kNear ? "within 5%" : "differs";
}

FieldSpan<TlbRow> tlb_fields() { return kFields; }

}  // namespace pageloupe::tlbprobe
