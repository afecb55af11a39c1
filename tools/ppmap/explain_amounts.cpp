// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ppmap/explain_rules.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

Maybe whole(const ExplainFacts& f) {
  const auto& all = f.all;
  auto text =
      format_text("It reserves {} in {}; {} of that is resident ({:.0f}%)", human(all.size),
                  counted(all.mappings, "mapping"), human(all.resident), share(all.resident, all.size));
  if (all.swap.value != 0) text += format_text(", {} is in swap", human(all.swap));
  if (all.untouched.value != 0) text += format_text(" and {} was never touched", human(all.untouched));
  return Said{text + ".",
              {{"size_bytes", all.size},
               {"mappings", all.mappings},
               {"resident_bytes", all.resident},
               {"swap_bytes", all.swap},
               {"untouched_bytes", all.untouched}},
              command(f, "")};
}

Maybe dominant(const ExplainFacts& f) {
  const auto most = std::ranges::max_element(f.kinds, {}, &MemorySum::resident);
  const auto percent = share(most->resident, f.all.resident);
  if (percent < 40) return std::nullopt;
  const auto& info = kVmaKinds[static_cast<std::size_t>(most - f.kinds.begin())];
  auto text = format_text("{} of the {} resident ({:.0f}%) is {}: {}.", human(most->resident),
                          human(f.all.resident), percent, info.name, info.help);
  if (f.largest.bytes >= mib(1) && share(f.largest.bytes, f.all.resident) >= 25)
    text += format_text(" The largest mapping, {} at {:x}, has {} of it.", f.largest.label,
                        f.largest.start.value, human(f.largest.bytes));
  return Said{text,
              {{"kind", info.name},
               {"resident_bytes", most->resident},
               {"all_resident_bytes", f.all.resident},
               {"largest_start", f.largest.start},
               {"largest_resident_bytes", f.largest.bytes}},
              command(f, "--by kind")};
}

Maybe untouched(const ExplainFacts& f) {
  if (f.untouched < mib(16) || share(f.untouched, f.all.size) < 20) return std::nullopt;
  return Said{
      format_text("{} of writable anonymous memory was reserved and never touched ({:.0f}% of all that "
                  "is reserved); it costs address space, no memory. The largest part, {}, is in {} at "
                  "{:x}, of {}.",
                  human(f.untouched), share(f.untouched, f.all.size), human(f.least_touched.bytes),
                  f.least_touched.label, f.least_touched.start.value, human(f.least_touched.size)),
      {{"untouched_bytes", f.untouched},
       {"size_bytes", f.all.size},
       {"largest_start", f.least_touched.start},
       {"largest_untouched_bytes", f.least_touched.bytes}},
      command(f, "-o start,size,resident,untouched,mapping --sort -untouched")};
}

Maybe no_access(const ExplainFacts& f) {
  const auto& held = f.kind(VmaKind::reserved);
  if (held.size < mib(64)) return std::nullopt;
  return Said{format_text("{} in {} has no access at all: addresses that are held for later, as by "
                          "runtimes and arenas. VIRT counts it, and it uses nothing.",
                          human(held.size), counted(held.mappings, "mapping")),
              {{"reserved_bytes", held.size}, {"mappings", held.mappings}},
              command(f, "--filter 'kind=reserved'")};
}

Maybe shared(const ExplainFacts& f) {
  if (f.all.shared < mib(1) || share(f.all.shared, f.all.resident) < 20) return std::nullopt;
  return Said{
      format_text("{} of the resident ({:.0f}%) is shared with other processes; PSS, which divides it "
                  "among them, is {}. Ending this process would free {} (USS).",
                  human(f.all.shared), share(f.all.shared, f.all.resident), human(f.pss), human(f.all.uss)),
      {{"shared_bytes", f.all.shared},
       {"resident_bytes", f.all.resident},
       {"pss_bytes", f.pss},
       {"uss_bytes", f.all.uss}},
      command(f, "-o start,rss,pss,uss,shared,mapping --sort -shared")};
}

Maybe forked(const ExplainFacts& f) {
  if (f.shared_anonymous < mib(1)) return std::nullopt;
  return Said{
      format_text("{} of private anonymous memory is shared with a parent or children since a fork: a "
                  "page becomes its own when either writes to it (copy-on-write).",
                  human(f.shared_anonymous)),
      {{"shared_anonymous_bytes", f.shared_anonymous}},
      format_text("pstat --cow {}", f.pid.value)};
}

Maybe shared_memory(const ExplainFacts& f) {
  MemorySum sum;
  for (const auto kind : {VmaKind::posix_shm, VmaKind::sysv_shm, VmaKind::memfd, VmaKind::shared_anon}) {
    sum.mappings += f.kind(kind).mappings;
    sum.size += f.kind(kind).size;
    sum.resident += f.kind(kind).resident;
  }
  if (sum.resident < mib(1)) return std::nullopt;
  return Said{
      format_text("{} of shared memory (shm, memfd, shared anonymous) is reserved in {}, {} of it "
                  "resident; RSS counts it in each process that has it mapped, and it stays until its "
                  "last user goes.",
                  human(sum.size), counted(sum.mappings, "mapping"), human(sum.resident)),
      {{"mappings", sum.mappings}, {"size_bytes", sum.size}, {"resident_bytes", sum.resident}},
      command(f, "--filter 'kind=posix-shm or kind=sysv-shm or kind=memfd or kind=shared-anon'")};
}

Maybe in_huge_pages(const ExplainFacts& f) {
  if (f.huge < mib(16)) return std::nullopt;
  return Said{format_text("{} is in huge pages ({:.0f}% of the resident).", human(f.huge),
                          share(f.huge, f.all.resident)),
              {{"huge_bytes", f.huge}, {"resident_bytes", f.all.resident}},
              command(f, "--tlb")};
}

Maybe pool(const ExplainFacts& f) {
  const auto& pool = f.kind(VmaKind::hugetlb);
  if (pool.mappings == 0) return std::nullopt;
  return Said{format_text("{} are reserved from the huge page pool, {} resident, which RSS leaves out.",
                          human(pool.size), human(pool.resident)),
              {{"size_bytes", pool.size}, {"resident_bytes", pool.resident}},
              command(f, "--filter 'kind=hugetlb'")};
}

Maybe swapped(const ExplainFacts& f) {
  if (f.all.swap < mib(1)) return std::nullopt;
  return Said{
      format_text("{} is in swap: it was not used since it was written there, and each page of it costs a "
                  "major fault when it is. Memory that it has in use is resident and swapped together, {}.",
                  human(f.all.swap), human(f.all.resident + f.all.swap)),
      {{"swap_bytes", f.all.swap}, {"resident_bytes", f.all.resident}},
      command(f, "-o start,resident,swap,mapping --sort -swap")};
}

Maybe deleted(const ExplainFacts& f) {
  if (f.deleted.mappings == 0) return std::nullopt;
  return Said{
      format_text("{} {} of deleted files, {} of addresses with {} resident, such as {}: their space on "
                  "the disk is not free until they are unmapped, and an updated program or library is "
                  "not used before a restart.",
                  f.deleted.mappings, f.deleted.mappings == 1 ? "mapping is" : "mappings are",
                  human(f.deleted.size), human(f.deleted.resident), f.largest_deleted.label),
      {{"mappings", f.deleted.mappings},
       {"size_bytes", f.deleted.size},
       {"resident_bytes", f.deleted.resident}},
      command(f, "--filter 'deleted'")};
}

Maybe lazily_freed(const ExplainFacts& f) {
  if (f.all.lazy_free < mib(4)) return std::nullopt;
  return Said{format_text("{} was freed with MADV_FREE: RSS counts it until the kernel needs it.",
                          human(f.all.lazy_free)),
              {{"lazy_free_bytes", f.all.lazy_free}, {"resident_bytes", f.all.resident}},
              command(f, "-o start,rss,lazy_free,mapping --sort -lazy_free")};
}

Maybe locked(const ExplainFacts& f) {
  if (f.locked < mib(1)) return std::nullopt;
  return Said{
      format_text("{} is locked into memory, which can be neither swapped nor reclaimed.", human(f.locked)),
      {{"locked_bytes", f.locked}},
      command(f, "-o start,rss,locked,mapping --filter 'locked'")};
}

constexpr auto kRules = std::to_array<Rule>({
    {"whole", whole},
    {"dominant", dominant},
    {"untouched", untouched},
    {"no-access", no_access},
    {"shared", shared},
    {"fork", forked},
    {"shared-memory", shared_memory},
    {"in-huge-pages", in_huge_pages},
    {"huge-page-pool", pool},
    {"swap", swapped},
    {"deleted", deleted},
    {"lazily-freed", lazily_freed},
    {"locked", locked},
});

}  // namespace

std::span<const Rule> rules_of_amounts() { return kRules; }

}  // namespace pageloupe::ppmap
