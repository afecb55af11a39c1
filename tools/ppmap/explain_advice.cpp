// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ppmap/explain_rules.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

Maybe heap(const ExplainFacts& f) {
  const auto& heap = f.kind(VmaKind::heap);
  if (heap.resident < mib(32)) return std::nullopt;
  return Said{
      format_text("The brk heap has {} resident of {}. Whether the program uses all of it the kernel "
                  "cannot tell; what malloc keeps free there only goes back by malloc_trim(3), or where "
                  "the top of the heap becomes free.",
                  human(heap.resident), human(heap.size)),
      {{"heap_resident_bytes", heap.resident}, {"heap_size_bytes", heap.size}},
      command(f, "--filter 'kind=heap'")};
}

Maybe arenas(const ExplainFacts& f) {
  const auto& arenas = f.arenas;
  if (arenas.mappings < 2) return std::nullopt;
  return Said{
      format_text("{} arenas of glibc's malloc reserve {} for {} threads, and {} of them is resident. "
                  "Fewer of them, by MALLOC_ARENA_MAX or mallopt(M_ARENA_MAX), keep less free memory "
                  "apart, at the price of more contention.",
                  arenas.mappings, human(arenas.size), f.threads, human(arenas.resident)),
      {{"arenas", arenas.mappings},
       {"size_bytes", arenas.size},
       {"resident_bytes", arenas.resident},
       {"threads", f.threads}},
      command(f, "--filter 'kind=anon or kind=reserved'")};
}

Maybe stacks(const ExplainFacts& f) {
  const auto& stacks = f.kind(VmaKind::thread_stack);
  if (stacks.mappings < 8) return std::nullopt;
  const Bytes each{stacks.size.value / stacks.mappings};
  return Said{
      format_text("{} thread stacks reserve {}, {} each on average, and {} of that is resident: smaller "
                  "stacks (pthread_attr_setstacksize(3), ulimit -s) would save addresses, hardly memory.",
                  stacks.mappings, human(stacks.size), human(each), human(stacks.resident)),
      {{"stacks", stacks.mappings}, {"size_bytes", stacks.size}, {"resident_bytes", stacks.resident}},
      command(f, "--filter 'kind=thread-stack'")};
}

Maybe huge_pages(const ExplainFacts& f) {
  if (f.could_be_huge < mib(16)) return std::nullopt;
  auto text = format_text(
      "{} of anonymous memory is in small pages though it fills huge ones: in transparent "
      "huge pages it would need {} TLB entries fewer.",
      human(f.could_be_huge), f.entries_saved);
  if (!f.why_small.empty())
    text += format_text(" In the way of the largest part, {} at {:x}: {}.", f.largest_small.label,
                        f.largest_small.start.value, f.why_small);
  return Said{text,
              {{"could_be_huge_bytes", f.could_be_huge},
               {"tlb_saved", f.entries_saved},
               {"huge_bytes", f.huge},
               {"largest_start", f.largest_small.start}},
              command(f, "--tlb --sort -tlb_saved")};
}

// A limit is near where four fifths of it are used.
constexpr double kNear = 80;

std::string amount(const Value& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value)) return human(*bytes);
  const auto* count = std::get_if<std::uint64_t>(&value);
  return count != nullptr ? std::to_string(*count) : std::string{};
}
std::optional<std::uint64_t> number(const Value& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value)) return bytes->value;
  const auto* count = std::get_if<std::uint64_t>(&value);
  return count != nullptr ? std::optional(*count) : std::nullopt;
}

// The limit of which most is used.
Maybe limit(const ExplainFacts& f) {
  const Headroom* nearest = nullptr;
  double most = kNear;
  for (const auto& row : f.limits) {
    const auto used = number(row.used);
    const auto limit = number(row.limit);
    // What the whole machine has committed says nothing of this process.
    if (!used || !limit || row.set_by.empty() || row.name == "commit") continue;
    const auto percent = share({*used}, {*limit});
    if (percent < most) continue;
    most = percent;
    nearest = &row;
  }
  if (nearest == nullptr) return std::nullopt;
  return Said{
      format_text("Of the limit {} ({}), {} of {} are used ({:.0f}%): beyond it the kernel refuses memory.",
                  nearest->name, nearest->set_by, amount(nearest->used), amount(nearest->limit), most),
      {{"limit_name", nearest->name},
       {"used", nearest->used},
       {"limit", nearest->limit},
       {"unit", nearest->unit}},
      command(f, "--limits")};
}

Maybe cgroup(const ExplainFacts& f) {
  if (!f.cgroup || !f.cgroup->current || !f.cgroup->max || !*f.cgroup->max) return std::nullopt;
  const auto used = *f.cgroup->current;
  const auto most = **f.cgroup->max;
  if (share(used, most) < kNear) return std::nullopt;
  return Said{
      format_text("Its cgroup has {} of the {} that it may have ({:.0f}%), page cache included: at the "
                  "limit the kernel reclaims, and then kills.",
                  human(used), human(most), share(used, most)),
      {{"cgroup_bytes", used}, {"cgroup_max_bytes", most}},
      format_text("pstat -o pid,cgroup {}", f.pid.value)};
}

constexpr auto kRules = std::to_array<Rule>({
    {"heap", heap},
    {"arenas", arenas},
    {"stacks", stacks},
    {"huge-pages", huge_pages},
    {"limit", limit},
    {"cgroup", cgroup},
});

}  // namespace

std::span<const Rule> rules_of_advice() { return kRules; }

}  // namespace pageloupe::ppmap
