// SPDX-License-Identifier: MIT
#include "ppmap/explain_facts.h"

#include "field/vma_fields.h"
#include "proc/cgroup.h"
#include "sample/cgroup_use.h"
#include "sample/tlb_demand.h"

namespace pageloupe::ppmap {
namespace {

// A column of the map, where it has a value.
Bytes column(const VmaRow& row, std::string_view name) {
  const auto value = (**find_field(vma_fields(), name))(row);
  const auto* bytes = std::get_if<Bytes>(&value);
  return bytes != nullptr ? *bytes : Bytes{};
}

std::string label_of(const VmaRow& row) {
  const auto value = (**find_field(vma_fields(), "mapping"))(row);
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? std::string(*text) : std::string{};
}

bool is_deleted(const VmaRow& row) {
  const auto& vma = row.record.vma;
  const bool file = row.identity.kind == VmaKind::deleted || row.identity.kind == VmaKind::text ||
                    row.identity.kind == VmaKind::rodata || row.identity.kind == VmaKind::data ||
                    row.identity.kind == VmaKind::lib_text || row.identity.kind == VmaKind::lib_rodata ||
                    row.identity.kind == VmaKind::lib_data;
  return file && vma.inode != 0 && vma.name.ends_with(" (deleted)");
}

// Memory of the process's own that has no file behind it.
bool is_private_anonymous(const VmaRow& row) {
  return !row.record.vma.perms.shared && row.record.vma.anonymous();
}

bool is_stack(VmaKind kind) { return kind == VmaKind::stack || kind == VmaKind::thread_stack; }

}  // namespace

void MemorySum::add(const VmaRow& row) {
  const auto& usage = row.record.usage;
  ++mappings;
  size += row.record.vma.size();
  resident += resident_with_hugetlb(usage).value_or(Bytes{});
  swap += bytes_or_none(usage, SmapsKey::swap);
  uss += unique_set_size(usage).value_or(Bytes{});
  shared += bytes_or_none(usage, SmapsKey::shared_clean) + bytes_or_none(usage, SmapsKey::shared_dirty);
  untouched += column(row, "untouched");
  lazy_free += bytes_or_none(usage, SmapsKey::lazy_free);
}

void Outstanding::consider(const VmaRow& row, Bytes has) {
  if (has <= bytes) return;
  *this = {label_of(row), row.record.vma.start, has, row.record.vma.size()};
}

void FactsCollector::add(const VmaRow& row) {
  const auto kind = row.identity.kind;
  if (kind == VmaKind::vsyscall) return;  // the kernel's
  const auto& usage = row.record.usage;
  facts_.all.add(row);
  facts_.kinds[static_cast<std::size_t>(kind)].add(row);
  facts_.pss += bytes_or_none(usage, SmapsKey::pss);
  facts_.locked += bytes_or_none(usage, SmapsKey::locked);
  facts_.largest.consider(row, resident_with_hugetlb(usage).value_or(Bytes{}));
  if (!row.record.vma.perms.none() && !is_stack(kind) && is_private_anonymous(row)) {
    const auto untouched = column(row, "untouched");
    facts_.untouched += untouched;
    facts_.least_touched.consider(row, untouched);
  }
  if (is_private_anonymous(row))
    facts_.shared_anonymous +=
        bytes_or_none(usage, SmapsKey::shared_clean) + bytes_or_none(usage, SmapsKey::shared_dirty);
  if (is_deleted(row)) {
    facts_.deleted.add(row);
    facts_.largest_deleted.consider(row, row.record.vma.size());
  }
  facts_.huge += column(row, "huge");
  add_arena(row);
  add_huge(row);
}

// An arena begins at a multiple of its size; what it does not use yet has no access.
void FactsCollector::add_arena(const VmaRow& row) {
  constexpr std::uint64_t kArena = 64ULL << 20;
  const auto& vma = row.record.vma;
  const bool plain = vma.name.empty() && !vma.perms.shared;
  const auto used = std::exchange(arena_, std::nullopt);
  const bool is_rest =
      used && plain && vma.perms.none() && vma.start == arena_end_ && vma.end >= arena_start_ + Bytes{kArena};
  if (is_rest) {
    auto& arenas = facts_.arenas;
    ++arenas.mappings;
    arenas.size += Bytes{kArena};
    arenas.resident += used->resident;
    arenas.swap += used->swap;
  }
  const bool may_begin = plain && vma.perms.write && !vma.perms.execute && vma.start.value % kArena == 0 &&
                         vma.size().value < kArena;
  if (!may_begin) return;
  arena_.emplace();
  arena_->add(row);
  arena_start_ = vma.start;
  arena_end_ = vma.end;
}

void FactsCollector::add_huge(const VmaRow& row) {
  if (!row.has_usage || row.identity.kind == VmaKind::hugetlb || !thp_possible(row.record)) return;
  if (row.record.vma.perms.shared || !row.record.vma.anonymous()) return;
  const auto could = convertible(row.record.vma, row.record.usage, base_page_of(row.record.usage));
  facts_.could_be_huge += could;
  const auto value = (**find_field(vma_fields(), "tlb_saved"))(row);
  if (const auto* saved = std::get_if<std::uint64_t>(&value)) facts_.entries_saved += *saved;
  if (could <= facts_.largest_small.bytes) return;
  facts_.largest_small.consider(row, could);
  facts_.why_small = thp_refusal(row.record, row.thp).value_or(std::string_view{});
}

Result<ExplainFacts> read_facts(const OpenProcess& process, const ProcFs& procfs, FactsRequest request) {
  ExplainFacts facts;
  facts.pid = process.head.pid;
  facts.threads = process.head.threads;
  MapPlan plan{.usage = true, .leader = process.head.pid, .whole_paths = request.whole_paths};
  if (request.live) plan.thp = read_thp_policy("/sys/kernel/mm/transparent_hugepage");
  auto map = ProcessMap::open(process.dir, plan);
  if (!map) return std::unexpected(map.error());
  FactsCollector collector(facts);
  Result<bool> more = map->next();
  for (; more && *more; more = map->next()) collector.add(map->row());
  if (!more) return std::unexpected(more.error());
  if (facts.all.mappings == 0) return fail(Errc::no_memory);
  if (auto limits = measure_headroom(procfs, process.dir)) facts.limits = std::move(*limits);
  std::string buffer;
  if (const auto text = request.live ? process.dir.read("cgroup", buffer) : fail(Errc::unsupported)) {
    if (const auto paths = parse_cgroup(*text))
      facts.cgroup = read_cgroup_memory(std::string(kCgroupRoot), *paths);
  }
  return facts;
}

}  // namespace pageloupe::ppmap
