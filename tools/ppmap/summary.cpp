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
  if (row.identity.kind == VmaKind::vsyscall) return;  // the kernel's: neither in VIRT nor in RSS
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

std::string Summary::text(bool bytes) const {
  if (all_.mappings == 0) return {};
  auto text = format_text("{} mappings reserve {} (VIRT)", all_.mappings, size_text(all_.size, bytes));
  if (!has_usage_) return text + "\n" + largest_kinds(bytes);
  text += format_text(", {} resident (RSS)", size_text(all_.resident, bytes));
  if (const auto pss = usage_.bytes(SmapsKey::pss)) text += format_text(", {} PSS", size_text(*pss, bytes));
  if (const auto uss = unique_set_size(usage_)) text += format_text(", {} private", size_text(*uss, bytes));
  const auto swap = usage_.bytes(SmapsKey::swap).value_or(Bytes{});
  if (swap.value != 0) text += format_text(", {} in swap", size_text(swap, bytes));
  const auto touched = all_.resident + swap;
  const auto untouched = touched < all_.size ? all_.size - touched : Bytes{};
  text += format_text("; {} never touched", size_text(untouched, bytes));
  if (const auto share = percent_of(untouched, all_.size)) text += format_text(" ({:.0f}%)", share->value);
  return text + "\n" + largest_kinds(bytes);
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
