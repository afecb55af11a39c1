// SPDX-License-Identifier: MIT
#include "field/vma_fields.h"

#include <cctype>

#include "field/perms_text.h"
#include "sample/tlb_demand.h"

namespace pageloupe {
namespace {

template <class T>
using Cell = std::expected<T, Errc>;

constexpr auto kNotApplicable = std::unexpected(Errc::not_applicable);

// A key of smaps. Each record has the same ones, so a key that is absent is not in this kernel.
Cell<std::uint64_t> usage(const VmaRow& row, SmapsKey key) {
  if (!row.has_usage) return std::unexpected(row.without_usage);
  // What the page table tells of these together stands in one of them.
  constexpr auto kOnlyTogether = std::to_array({SmapsKey::shared_hugetlb, SmapsKey::private_hugetlb,
                                                SmapsKey::shmem_pmd_mapped, SmapsKey::file_pmd_mapped});
  const auto value = row.record.usage[key];
  if (row.of_page_table && (!value || std::ranges::find(kOnlyTogether, key) != kOnlyTogether.end()))
    return std::unexpected(Errc::not_sampled);
  return value ? Cell<std::uint64_t>(*value) : std::unexpected(Errc::unsupported);
}
Cell<Bytes> usage_bytes(const VmaRow& row, std::size_t key) {
  const auto value = usage(row, static_cast<SmapsKey>(key));
  return value ? Cell<Bytes>(Bytes{*value}) : std::unexpected(value.error());
}
Cell<Bytes> usage_sum(const VmaRow& row, std::initializer_list<SmapsKey> keys) {
  Bytes sum;
  for (const auto key : keys) {
    const auto value = usage(row, key);
    if (!value) return std::unexpected(value.error());
    sum += Bytes{*value};
  }
  return sum;
}

Address start(const VmaRow& row) { return row.record.vma.start; }
Address end(const VmaRow& row) { return row.record.vma.end; }
Bytes size(const VmaRow& row) { return row.record.vma.size(); }
Bytes offset(const VmaRow& row) { return row.record.vma.offset; }
Device device(const VmaRow& row) { return row.record.vma.device; }
Inode inode(const VmaRow& row) { return {row.record.vma.inode}; }
std::string_view kind(const VmaRow& row) { return name(row.identity.kind); }

std::string_view perms(const VmaRow& row) { return perms_text(row.record.vma.perms); }

Cell<std::string_view> path(const VmaRow& row) {
  if (row.record.vma.name.empty()) return kNotApplicable;
  return row.record.vma.name;
}

// The last part of a path, the whole of any other name.
std::string_view mapping(const VmaRow& row) {
  if (!row.label.empty()) return row.label;
  const std::string_view full = row.record.vma.name;
  if (full.empty()) return row.identity.kind == VmaKind::guard ? "[guard]" : "[anon]";
  if (full.front() != '/') return full;
  return full.substr(full.rfind('/') + 1);
}

bool deleted(const VmaRow& row) {
  const auto& vma = row.record.vma;
  return vma.inode != 0 && vma.name.ends_with(" (deleted)");
}

Cell<Pid> thread(const VmaRow& row) {
  return row.identity.tid ? Cell<Pid>(*row.identity.tid) : Cell<Pid>(kNotApplicable);
}
Cell<std::int64_t> tid(const VmaRow& row) {
  const auto found = thread(row);
  return found ? Cell<std::int64_t>(found->value) : std::unexpected(found.error());
}

Cell<std::string_view> stack_by(const VmaRow& row) {
  switch (row.identity.stack_by) {
    case StackEvidence::none: return kNotApplicable;
    case StackEvidence::stack_pointer: return "stack pointer";
    case StackEvidence::guard_page: return "guard page";
    case StackEvidence::name: return "name";
  }
  std::unreachable();
}

// Memory that the mapping holds, with the huge pages that Rss leaves out.
Cell<Bytes> resident(const VmaRow& row) {
  const auto rss = usage(row, SmapsKey::rss);
  if (!rss) return std::unexpected(rss.error());
  return *resident_with_hugetlb(row.record.usage);
}
// Swapped pages have been touched too.
Cell<Bytes> touched_bytes(const VmaRow& row) {
  auto bytes = resident(row);
  const auto swap = row.record.usage.bytes(SmapsKey::swap);
  if (bytes && !swap && row.of_page_table) return std::unexpected(Errc::not_sampled);
  if (bytes) *bytes += swap.value_or(Bytes{});
  return bytes;
}
Cell<Bytes> untouched(const VmaRow& row) {
  const auto used = touched_bytes(row);
  if (!used) return used;
  return *used < size(row) ? size(row) - *used : Bytes{};
}
Cell<Percent> touched(const VmaRow& row) {
  const auto used = touched_bytes(row);
  if (!used) return std::unexpected(used.error());
  const auto share = percent_of(*used, size(row));
  return share ? Cell<Percent>(*share) : Cell<Percent>(kNotApplicable);
}

Cell<Bytes> uss(const VmaRow& row) {
  return usage_sum(row, {SmapsKey::private_clean, SmapsKey::private_dirty});
}
Cell<Bytes> shared(const VmaRow& row) {
  return usage_sum(row, {SmapsKey::shared_clean, SmapsKey::shared_dirty});
}
Cell<Bytes> dirty(const VmaRow& row) {
  return usage_sum(row, {SmapsKey::shared_dirty, SmapsKey::private_dirty});
}
Cell<Bytes> huge(const VmaRow& row) {
  auto sum = usage_sum(row, {SmapsKey::anon_huge_pages});
  if (!sum) return sum;
  for (const auto key : {SmapsKey::shmem_pmd_mapped, SmapsKey::file_pmd_mapped, SmapsKey::shared_hugetlb,
                         SmapsKey::private_hugetlb}) {
    *sum += row.record.usage.bytes(key).value_or(Bytes{});
  }
  return sum;
}

Cell<bool> thp_eligible(const VmaRow& row) {
  const auto value = usage(row, SmapsKey::thp_eligible);
  return value ? Cell<bool>(*value != 0) : std::unexpected(value.error());
}
// With today's pages, and with huge ones wherever there can be some.
Cell<std::uint64_t> entries_with(const VmaRow& row, bool all_huge) {
  const auto rss = usage(row, SmapsKey::rss);
  if (!rss) return std::unexpected(rss.error());
  const auto base = base_page_of(row.record.usage);
  const auto pages = resident_pages(row.record.usage, base);
  const bool moves = all_huge && thp_possible(row.record);
  const auto moved = moves ? convertible(row.record.vma, row.record.usage, base) : Bytes{};
  return demand_of(pages, {.moved = moved, .base_page = base}).entries();
}
Cell<std::uint64_t> tlb_entries(const VmaRow& row) { return entries_with(row, false); }
// Unknown where the kernel does not say what may be in huge pages.
Cell<std::uint64_t> tlb_if_huge(const VmaRow& row) {
  const auto eligible = usage(row, SmapsKey::thp_eligible);
  return eligible ? entries_with(row, true) : std::unexpected(eligible.error());
}
Cell<std::uint64_t> tlb_saved(const VmaRow& row) {
  const auto now = entries_with(row, false);
  const auto then = tlb_if_huge(row);
  if (!now || !then) return now ? then : now;
  return *now > *then ? *now - *then : 0;
}
Cell<std::string_view> thp_why(const VmaRow& row) {
  const auto eligible = usage(row, SmapsKey::thp_eligible);
  if (!eligible) return std::unexpected(eligible.error());
  const auto refusal = thp_refusal(row.record, row.thp);
  return refusal ? Cell<std::string_view>(*refusal) : Cell<std::string_view>(kNotApplicable);
}
Cell<std::uint64_t> protection_key(const VmaRow& row) { return usage(row, SmapsKey::protection_key); }
Cell<std::string_view> vm_flags(const VmaRow& row) {
  if (!row.has_usage) return std::unexpected(row.without_usage);
  // Every mapping has some since Linux 3.8, which was the first to say.
  if (row.record.vm_flags.empty())
    return std::unexpected(row.of_page_table ? Errc::not_sampled : Errc::unsupported);
  return row.record.vm_flags;
}

template <bool kIsBytes>
void set_unknown_key(const VmaRow& row, std::size_t which, Value& to) {
  const auto& values = row.record.unknown;
  if (which >= values.size() || values[which] == VmaRecord::kNoValue) {
    to = Errc::unsupported;
  } else if constexpr (kIsBytes) {
    to = Bytes{values[which]};
  } else {
    to = values[which];
  }
}

template <auto Getter>
consteval Field<VmaRow> of_map(Column column) {
  if (column.origin.files.empty()) column.origin.files = Source::maps;
  return field_of<Getter, VmaRow>(column);
}
template <auto Getter>
consteval Field<VmaRow> of_smaps(Column column) {
  column.origin.files |= Source::smaps;
  return field_of<Getter, VmaRow>(column);
}
// A column that is one key of smaps.
consteval Field<VmaRow> key(SmapsKey which, Column column) {
  const auto index = static_cast<std::size_t>(which);
  column.origin = {Source::smaps, kSmapsKeys[index].text};
  return field_of<usage_bytes, VmaRow>(column, index);
}

constexpr auto kKindNames = [] {
  std::array<std::string_view, kVmaKinds.size()> names{};
  std::ranges::transform(kVmaKinds, names.begin(), &VmaKindInfo::name);
  return names;
}();

constexpr auto kVmaFields = std::to_array<Field<VmaRow>>({
    // Where it is and what it is.
    of_map<start>(
        {.name = "start", .header = "ADDRESS", .aliases = "address", .help = "first address", .width = 12}),
    of_map<end>({.name = "end", .header = "END", .help = "first address behind it", .width = 12}),
    of_map<size>({.name = "size",
                  .header = "SIZE",
                  .aliases = "reserved vsz kbytes",
                  .fold = kSum,
                  .help = "reserved address space",
                  .width = 7}),
    of_map<perms>({.name = "perms",
                   .header = "PERM",
                   .aliases = "mode",
                   .help = "read, write, execute; private or shared",
                   .width = 4}),
    of_map<offset>({.name = "offset", .header = "OFFSET", .help = "where in the file it begins", .width = 7}),
    of_map<device>(
        {.name = "device", .header = "DEVICE", .help = "device of the file, major:minor", .width = 6}),
    of_map<inode>({.name = "inode", .header = "INODE", .help = "inode of the file", .width = 6}),
    of_map<kind>({.name = "kind",
                  .header = "KIND",
                  .origin = {Source::maps | Source::exe, ""},
                  .help = "what it is for: text, heap, thread-stack, …",
                  .width = 12,
                  .choices = kKindNames}),
    of_map<path>(
        {.name = "path", .header = "PATH", .help = "the kernel's name for it: path, [heap], [anon:…]"}),
    of_map<mapping>({.name = "mapping",
                     .header = "MAPPING",
                     .help = "a name for people: last part of the path, owner of a bss, thread of a stack"}),
    of_map<deleted>({.name = "deleted", .header = "DEL", .help = "the file has been deleted"}),
    of_map<tid>({.name = "tid",
                 .header = "TID",
                 .origin = {Source::maps | Source::task_syscall, ""},
                 .help = "the thread whose stack it is",
                 .width = 5}),
    of_map<stack_by>({.name = "stack_by",
                      .header = "STACK BY",
                      .origin = {Source::maps | Source::task_syscall, ""},
                      .help = "how a thread's stack was found: stack pointer, guard page, name"}),
    // What is in use.
    of_smaps<resident>({.name = "resident",
                        .header = "RESIDENT",
                        .origin = {{}, "Rss + Shared_Hugetlb + Private_Hugetlb"},
                        .fold = kSum,
                        .help = "in memory now, huge page pool included",
                        .width = 8}),
    of_smaps<untouched>({.name = "untouched",
                         .header = "UNTOUCHED",
                         .origin = {{}, "Size - Rss - Swap"},
                         .fold = kSum,
                         .help = "reserved, and neither in memory nor in swap",
                         .width = 9}),
    of_smaps<touched>({.name = "touched",
                       .header = "TOUCHED",
                       .origin = {{}, "(Rss + Swap) / Size"},
                       .help = "share of the reserved that is in memory or in swap",
                       .width = 7}),
    key(SmapsKey::rss,
        {.name = "rss", .header = "RSS", .fold = kSum, .help = "resident set size", .width = 7}),
    key(SmapsKey::pss, {.name = "pss",
                        .header = "PSS",
                        .fold = kSum,
                        .help = "resident, each page divided by the number of its sharers",
                        .width = 7}),
    of_smaps<uss>({.name = "uss",
                   .header = "USS",
                   .aliases = "private",
                   .origin = {{}, "Private_Clean + Private_Dirty"},
                   .fold = kSum,
                   .help = "resident and in this process alone",
                   .width = 7}),
    of_smaps<shared>({.name = "shared",
                      .header = "SHARED",
                      .origin = {{}, "Shared_Clean + Shared_Dirty"},
                      .fold = kSum,
                      .help = "resident and in other processes too",
                      .width = 7}),
    of_smaps<dirty>({.name = "dirty",
                     .header = "DIRTY",
                     .origin = {{}, "Shared_Dirty + Private_Dirty"},
                     .fold = kSum,
                     .help = "resident and written to",
                     .width = 7}),
    of_smaps<huge>(
        {.name = "huge",
         .header = "HUGE",
         .origin = {{}, "AnonHugePages + ShmemPmdMapped + FilePmdMapped + Shared_Hugetlb + Private_Hugetlb"},
         .fold = kSum,
         .help = "in huge pages of any sort",
         .width = 7}),
    // The other keys of smaps.
    key(SmapsKey::kernel_page_size,
        {.name = "kernel_page_size", .header = "KPAGE", .help = "page size the kernel uses"}),
    key(SmapsKey::mmu_page_size,
        {.name = "mmu_page_size", .header = "MMUPAGE", .help = "page size the processor uses"}),
    key(SmapsKey::pss_dirty,
        {.name = "pss_dirty", .header = "PSSDIRTY", .fold = kSum, .help = "the dirty part of PSS"}),
    key(SmapsKey::shared_clean,
        {.name = "shared_clean", .header = "SHCLEAN", .fold = kSum, .help = "shared, as it is in the file"}),
    key(SmapsKey::shared_dirty,
        {.name = "shared_dirty", .header = "SHDIRTY", .fold = kSum, .help = "shared and written to"}),
    key(SmapsKey::private_clean, {.name = "private_clean",
                                  .header = "PRCLEAN",
                                  .fold = kSum,
                                  .help = "private, as it is in the file"}),
    key(SmapsKey::private_dirty,
        {.name = "private_dirty", .header = "PRDIRTY", .fold = kSum, .help = "private and written to"}),
    key(SmapsKey::referenced, {.name = "referenced",
                               .header = "REFD",
                               .fold = kSum,
                               .help = "used since the marks were last cleared"}),
    key(SmapsKey::anonymous,
        {.name = "anonymous", .header = "ANON", .fold = kSum, .help = "resident and of no file"}),
    key(SmapsKey::ksm, {.name = "ksm", .header = "KSM", .fold = kSum, .help = "merged with equal pages"}),
    key(SmapsKey::lazy_free, {.name = "lazy_free",
                              .header = "LAZYFREE",
                              .fold = kSum,
                              .help = "given back by MADV_FREE, not yet taken"}),
    key(SmapsKey::anon_huge_pages,
        {.name = "anon_huge_pages", .header = "ANONHUGE", .fold = kSum, .help = "in transparent huge pages"}),
    key(SmapsKey::shmem_pmd_mapped, {.name = "shmem_pmd_mapped",
                                     .header = "SHMEMPMD",
                                     .fold = kSum,
                                     .help = "shared memory in huge pages"}),
    key(SmapsKey::file_pmd_mapped,
        {.name = "file_pmd_mapped", .header = "FILEPMD", .fold = kSum, .help = "page cache in huge pages"}),
    key(SmapsKey::shared_hugetlb, {.name = "shared_hugetlb",
                                   .header = "SHHUGETLB",
                                   .fold = kSum,
                                   .help = "shared, from the huge page pool; not in RSS"}),
    key(SmapsKey::private_hugetlb, {.name = "private_hugetlb",
                                    .header = "PRHUGETLB",
                                    .fold = kSum,
                                    .help = "private, from the huge page pool; not in RSS"}),
    key(SmapsKey::swap, {.name = "swap", .header = "SWAP", .fold = kSum, .help = "swapped out", .width = 5}),
    key(SmapsKey::swap_pss, {.name = "swap_pss",
                             .header = "SWAPPSS",
                             .fold = kSum,
                             .help = "swapped out, divided by the number of sharers"}),
    key(SmapsKey::locked, {.name = "locked",
                           .header = "LOCKED",
                           .fold = kSum,
                           .help = "locked into memory, divided by the number of sharers"}),
    of_smaps<thp_eligible>({.name = "thp_eligible",
                            .header = "THP?",
                            .origin = {{}, "THPeligible"},
                            .help = "may get transparent huge pages"}),
    of_smaps<tlb_entries>({.name = "tlb_entries",
                           .header = "TLBNEED",
                           .origin = {{}, "Rss by the size of its pages"},
                           .fold = kSum,
                           .help = "TLB entries that its resident memory needs"}),
    of_smaps<tlb_if_huge>({.name = "tlb_if_huge",
                           .header = "IF HUGE",
                           .origin = {{}, "the same, THPeligible"},
                           .fold = kSum,
                           .help = "the same with all the huge pages that there can be, asked for or not"}),
    of_smaps<tlb_saved>({.name = "tlb_saved",
                         .header = "SAVED",
                         .origin = {{}, "the same, THPeligible"},
                         .fold = kSum,
                         .help = "TLB entries that huge pages would save, asked for or not"}),
    of_smaps<thp_why>({.name = "thp_why",
                       .header = "WHY NOT HUGE",
                       .origin = {Source::smaps | Source::thp_policy, "VmFlags, enabled, shmem_enabled"},
                       .help = "what keeps it from transparent huge pages; nothing where it may have them"}),
    of_smaps<protection_key>({.name = "protection_key",
                              .header = "PKEY",
                              .origin = {{}, "ProtectionKey"},
                              .help = "memory protection key"}),
    of_smaps<vm_flags>({.name = "vm_flags",
                        .header = "VMFLAGS",
                        .origin = {{}, "VmFlags"},
                        .help = "the kernel's flags: words in tables, its two letters each elsewhere",
                        .look = Look::vm_flags}),
});
static_assert(names_are_unique(kVmaFields));

std::string lower_case_name(std::string_view key) {
  std::string name;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return name;
}

}  // namespace

FieldSpan<VmaRow> vma_fields() { return kVmaFields; }

std::vector<Field<VmaRow>> place_fields() {
  std::vector<Field<VmaRow>> fields;
  std::ranges::copy_if(kVmaFields, std::back_inserter(fields),
                       [](const auto& field) { return !field.column.origin.files.has(Source::smaps); });
  return fields;
}

VmaFieldTable::VmaFieldTable(FieldSpan<VmaRow> known, const std::vector<SmapsReader::UnknownKey>& unknown)
    : fields_(known.begin(), known.end()) {
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const std::string_view header = names_.emplace_back(unknown[i].text);
    std::string_view name = names_.emplace_back(lower_case_name(header));
    if (find_field(fields(), name)) name = names_.emplace_back("smaps_" + std::string(name));
    Field<VmaRow> field{.column = {.name = name, .header = header, .origin = {Source::smaps, header}},
                        .argument = i};
    field.column.help = "a key of smaps that is newer than this program";
    field.column.fold = unknown[i].kib ? Fold::sum : Fold::none;
    field.column.type = unknown[i].kib ? Type::bytes : Type::count;
    field.get = unknown[i].kib ? set_unknown_key<true> : set_unknown_key<false>;
    fields_.push_back(field);
  }
}

}  // namespace pageloupe
