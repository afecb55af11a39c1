// SPDX-License-Identifier: MIT
#include "ppmap/summary.h"

#include <algorithm>
#include <vector>

#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

std::string size_text(Bytes size, bool bytes) {
  Buffer buffer;
  append_cell(buffer, size, {.size = bytes ? SizeUnit::bytes : SizeUnit::human});
  return {buffer.data(), buffer.size()};
}

}  // namespace

void Summary::add(const VmaRow& row) {
  // The kernel's: neither in VIRT nor in RSS.
  if (row.identity.kind == VmaKind::vsyscall) {
    has_vsyscall_ = true;
    return;
  }
  auto& kind = kinds_[static_cast<std::size_t>(row.identity.kind)];
  const auto resident = row.has_usage ? resident_with_hugetlb(row.record.usage).value_or(Bytes{}) : Bytes{};
  for (auto* sum : {&kind, &all_}) {
    sum->size += row.record.vma.size();
    sum->resident += resident;
    ++sum->mappings;
  }
  if (row.has_usage) usage_ += row.record.usage;
  has_usage_ = has_usage_ || row.has_usage;
}

std::optional<Summary::Held> Summary::held(const ProcessHead& head, Scope scope) const {
  if (has_usage_) return Held{all_.resident, usage_.bytes(SmapsKey::swap).value_or(Bytes{})};
  if (scope.subset) return std::nullopt;
  return Held{head.rss + head.hugetlb, head.swap};
}

std::string Summary::text(const ProcessHead& head, Scope scope) const {
  if (all_.mappings == 0) return {};
  const auto size = [&scope](Bytes amount) { return size_text(amount, scope.bytes); };
  const bool one = all_.mappings == 1;
  std::string text = one ? "1 mapping" : format_text("{} mappings", all_.mappings);
  if (scope.subset) {
    text = one ? "of this mapping: " : "of these " + text + ": ";
    text += size(all_.size) + " reserved";
  } else {
    text += (one ? " reserves " : " reserve ") + size(all_.size);
    text += has_vsyscall_ ? " (VIRT, without [vsyscall])" : " (VIRT)";
  }
  const auto in_use = held(head, scope);
  if (!in_use) return text + "\n" + largest_kinds(scope.bytes);
  text += ", " + size(in_use->resident) + (scope.subset ? " resident" : " resident (RSS)");
  if (has_usage_) {
    if (const auto pss = usage_.bytes(SmapsKey::pss)) text += ", " + size(*pss) + " PSS";
    if (const auto uss = unique_set_size(usage_)) text += ", " + size(*uss) + " private";
  }
  if (in_use->swap.value != 0) text += ", " + size(in_use->swap) + " in swap";
  const auto touched = in_use->resident + in_use->swap;
  const auto untouched = touched < all_.size ? all_.size - touched : Bytes{};
  text += format_text("; {} never touched", size(untouched));
  if (const auto share = percent_of(untouched, all_.size)) text += format_text(" ({:.0f}%)", share->value);
  return text + "\n" + largest_kinds(scope.bytes);
}

// "most of it: anon 34M of 40M, heap …": by resident memory, by reserved where that is not known.
std::string Summary::largest_kinds(bool bytes) const {
  constexpr std::size_t kShown = 4;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    if (kinds_[i].mappings != 0) order.push_back(i);
  }
  const auto weight = [&](std::size_t i) { return has_usage_ ? kinds_[i].resident : kinds_[i].size; };
  std::ranges::stable_sort(order, std::ranges::greater{}, weight);
  std::string text;
  for (std::size_t n = 0; n < std::min(order.size(), kShown) && weight(order[n]).value != 0; ++n) {
    const auto& sum = kinds_[order[n]];
    text += format_text("{}{} {}", text.empty() ? "most of it: " : ", ", kVmaKinds[order[n]].name,
                        size_text(weight(order[n]), bytes));
    if (has_usage_) text += " of " + size_text(sum.size, bytes);
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace pageloupe::ppmap
