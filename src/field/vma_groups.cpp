// SPDX-License-Identifier: MIT
#include "field/vma_groups.h"

#include <algorithm>

namespace pageloupe {
namespace {

constexpr Column kCount{.name = "mappings",
                        .header = "MAPPINGS",
                        .fold = Fold::sum,
                        .help = "number of mappings",
                        .type = Type::count};
constexpr Column kShare{
    .name = "share", .header = "SHARE", .help = "share of the reserved", .type = Type::percent};

// Rows are: key, count, sums, share.
constexpr std::size_t kSums = 2;

}  // namespace

VmaGroups::VmaGroups(FieldSpan<VmaRow> fields, std::string_view key, std::string_view sums)
    : key_(**find_field(fields, key)), summed_(*select_fields(fields, sums)), totals_({}) {
  columns_ = {&key_.column, &kCount};
  for (const auto* field : summed_) columns_.push_back(&field->column);
  columns_.push_back(&kShare);
  totals_ = Totals(columns_);
  values_.assign(columns_.size(), Value(Errc::not_applicable));
}

void VmaGroups::add(const VmaRow& row) {
  has_vsyscall_ = has_vsyscall_ || row.identity.kind == VmaKind::vsyscall;
  const auto key = key_(row);
  const auto* text = std::get_if<std::string_view>(&key);
  const std::string_view name = text != nullptr ? *text : "[anon]";
  values_[0] = name;
  values_[1] = std::uint64_t{1};
  for (std::size_t i = 0; i < summed_.size(); ++i) summed_[i]->set(values_[kSums + i], row);
  auto group = groups_.find(name);
  if (group == groups_.end()) group = groups_.emplace(name, Group{Totals(columns_), {}}).first;
  group->second.sums.add(values_);
  group->second.reserved += row.record.vma.size();
  reserved_ += row.record.vma.size();
  totals_.add(values_);
}

std::vector<std::vector<Value>> VmaGroups::rows(std::size_t order_by, bool descending) const {
  std::vector<std::vector<Value>> rows;
  const Bytes whole = reserved_;
  for (const auto& [name, sums] : groups_) {
    auto& row = rows.emplace_back(sums.sums.values().begin(), sums.sums.values().end());
    row.front() = std::string_view(name);
    const auto share = percent_of(sums.reserved, whole);
    row.back() = share ? Value(*share) : Value(Errc::not_applicable);
  }
  const auto key = [order_by](const auto& row) -> const Value& { return row[order_by]; };
  if (descending) {
    std::ranges::stable_sort(rows, std::ranges::greater{}, key);
  } else {
    std::ranges::stable_sort(rows, {}, key);
  }
  return rows;
}

}  // namespace pageloupe
