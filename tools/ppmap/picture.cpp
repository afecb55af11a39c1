// SPDX-License-Identifier: MIT
#include "ppmap/picture.h"

#include <algorithm>
#include <cmath>

#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

KindTotal& total_of(std::vector<KindTotal>& kinds, VmaKind kind) {
  const auto found = std::ranges::find(kinds, kind, &KindTotal::kind);
  return found != kinds.end() ? *found : kinds.emplace_back(KindTotal{.kind = kind});
}

void count(KindTotal& total, const PlacedMapping& mapping) {
  total.size += mapping.size();
  total.resident += mapping.resident.value_or(Bytes{});
  ++total.count;
}

const Headroom* find(const std::vector<Headroom>& rows, std::string_view name) {
  const auto row = std::ranges::find(rows, name, &Headroom::name);
  return row != rows.end() ? &*row : nullptr;
}

bool holds(const Picture& picture, const Box& box, VmaKind kind) {
  const auto of_box = std::span(picture.mappings).subspan(box.first, box.count);
  return std::ranges::find(of_box, kind, &PlacedMapping::kind) != of_box.end();
}

}  // namespace

void Picture::add(const VmaRow& row, std::string_view name) {
  const auto& vma = row.record.vma;
  PlacedMapping mapping{.start = vma.start,
                        .end = vma.end,
                        .kind = row.identity.kind,
                        .family = family_of(row.identity.kind),
                        .name = std::string(name)};
  if (row.has_usage) mapping.resident = resident_with_hugetlb(row.record.usage);
  resident_known = resident_known && mapping.resident.has_value();
  count(total_of(kinds, mapping.kind), mapping);
  if (mapping.kind != VmaKind::vsyscall) count(total, mapping);
  mappings.push_back(std::move(mapping));
}

void Picture::finish(AddressRules rules) {
  std::ranges::stable_sort(kinds, [](const KindTotal& a, const KindTotal& b) {
    return std::pair(a.resident, a.size) > std::pair(b.resident, b.size);
  });
  Address last;
  std::optional<Address> stack_end;
  const auto of_program = std::ranges::find(mappings, VmaKind::text, &PlacedMapping::kind);
  for (auto& mapping : mappings) {
    const bool bss_of_program =
        of_program != mappings.end() && mapping.name.starts_with(of_program->name + " ");
    if (mapping.kind == VmaKind::bss && !bss_of_program) mapping.family = VmaFamily::library;
  }
  for (const auto& mapping : mappings) {
    if (mapping.start >= kKernelHalf) {
      rules = AddressRules::x86;  // nobody else has a page there
      continue;
    }
    last = std::max(last, mapping.end);
    if (mapping.kind == VmaKind::stack) stack_end = mapping.end;
  }
  space = address_space_of(rules, last, stack_end);
}

Growth growth_of(std::string_view what, const std::vector<Headroom>& rows) {
  const auto* row = find(rows, what);
  const bool exists = row != nullptr && std::holds_alternative<Bytes>(row->used);
  if (!exists) return {};
  auto limit = *row;
  // brk(2) is counted with all other data.
  if (const auto* data = find(rows, "data"); what == "heap" && data != nullptr) limit = *data;
  const auto* left = std::get_if<Bytes>(&limit.headroom);
  const bool known = left != nullptr || limit.unlimited;
  if (!known && !row->free_addresses) return {};
  const auto by_addresses = row->free_addresses.value_or(Bytes{~std::uint64_t{0}});
  const bool limited = left != nullptr && *left < by_addresses;
  Growth growth;
  const auto more = size_text(limited ? *left : by_addresses);
  growth.brief = more + " more";
  if (limited) {
    const auto* most = std::get_if<Bytes>(&limit.limit);
    growth.full = format_text("may grow {}; {} {}", more, limit.set_by, most ? size_text(*most) : "");
  } else {
    growth.full = limit.unlimited ? format_text("may grow {}; no {}", more, limit.set_by)
                  : known         ? format_text("may grow {}, to the next mapping", more)
                                  : format_text("may grow {}; {} not known", more, limit.set_by);
  }
  return growth;
}

std::string size_text(Bytes size) {
  Buffer buffer;
  append_human_size(buffer, size);
  return std::string(buffer.view());
}

std::string share_text(const Box& box) {
  const auto share = box.resident ? percent_of(*box.resident, box.size) : std::nullopt;
  if (!share) return "-";
  // Neither of nothing nor of all where it is not quite so.
  auto whole = std::round(share->value);
  if (box.resident->value != 0) whole = std::max(whole, 1.0);
  if (*box.resident < box.size) whole = std::min(whole, 99.0);
  return format_text("{:.0f}%", whole);
}

std::string name_of(const Picture& picture, const Box& box, bool utf8) {
  const auto& name = picture.mappings[box.main].name;
  if (box.named_so == box.count)
    return box.count == 1 ? name : format_text("{} {}{}", name, utf8 ? "×" : "x", box.count);
  // Its guard is shown as one.
  const auto others = box.count - (box.guard.value != 0 ? 2 : 1);
  return others == 0 ? name : format_text("{} +{}", name, others);
}

std::string_view kind_name(const Box& box) { return box.one_kind ? name(box.kind) : name(box.family); }

std::vector<std::optional<double>> shades_of(const Picture& picture, const Box& box, std::size_t parts) {
  if (!picture.heat.empty()) return heat_of(box, picture.heat, parts);
  std::optional<double> share;
  if (box.resident && box.size.value != 0)
    share = std::min(1.0, static_cast<double>(box.resident->value) / static_cast<double>(box.size.value));
  return std::vector(parts, share);
}

const Growth* growth_above(const Picture& picture, const Box& box) {
  return !picture.heap.full.empty() && holds(picture, box, VmaKind::heap) ? &picture.heap : nullptr;
}

const Growth* growth_below(const Picture& picture, const Box& box) {
  return !picture.stack.full.empty() && holds(picture, box, VmaKind::stack) ? &picture.stack : nullptr;
}

std::vector<Landmark> landmarks_of(const Picture& picture) {
  std::vector<Landmark> marks;
  if (picture.is_part || !picture.space.user_end) return marks;
  marks.push_back({*picture.space.user_end,
                   picture.space.bits == 32 ? "32-bit addresses end here" : "user space ends here",
                   "user space ends"});
  if (picture.space.kernel_start)
    marks.push_back({*picture.space.kernel_start, "the kernel's half begins here", "kernel's half"});
  return marks;
}

std::vector<PicturePart> parts_of(const Picture& picture, const AddressLayout& layout,
                                  const std::vector<Landmark>& marks) {
  std::vector<PicturePart> parts;
  const auto free = [&](Bytes size, std::string_view more) {
    if (size.value != 0) parts.push_back({.gap = size_text(size) + " free" + std::string(more)});
  };
  Address at{};
  std::size_t next = 0;
  const auto add_marks = [&] {
    for (; next < marks.size(); ++next) {
      if (next == 0) free(marks[0].at - at, "");
      if (next != 0) parts.push_back({.gap = "no canonical addresses"});
      parts.push_back({.mark = &marks[next]});
    }
  };
  for (const auto& frame : layout.frames) {
    const bool kernel = frame.start() >= kKernelHalf && at < kKernelHalf && !marks.empty();
    if (kernel) {
      add_marks();
      parts.push_back({.gap = "not for the process"});
    } else if (at.value != 0 || !picture.is_part) {
      free(frame.start() - at, at.value == 0 ? ", down to 0" : "");
    }
    parts.push_back({.frame = &frame});
    at = frame.end();
  }
  add_marks();
  return parts;
}

}  // namespace pageloupe::ppmap
