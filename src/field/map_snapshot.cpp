// SPDX-License-Identifier: MIT
#include "field/map_snapshot.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace pageloupe {

MapSnapshot::MapSnapshot(MeasureSet measures)
    : measures_(measures), label_(*find_field(vma_fields(), "mapping")) {
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const auto measure = static_cast<Measure>(i);
    if (measure != Measure::size && measures.has(measure))
      kept_.push_back({measure, *find_field(vma_fields(), kMeasureNames[i])});
  }
}

void MapSnapshot::clear() {
  entries_.clear();
  values_.clear();
  names_.clear();
  totals_ = {};
}

void MapSnapshot::add(const VmaRow& row) {
  constexpr std::size_t kLongest = std::numeric_limits<std::uint16_t>::max();
  const auto& vma = row.record.vma;
  const auto name = std::string_view(vma.name).substr(0, kLongest);
  Value value;
  label_->set(value, row);
  const auto* shown = std::get_if<std::string_view>(&value);
  const auto label = shown != nullptr ? shown->substr(0, kLongest) : std::string_view{};
  Entry entry{.start = vma.start,
              .end = vma.end,
              .offset = vma.offset,
              .inode = vma.inode,
              .device = vma.device,
              .name = static_cast<std::uint32_t>(names_.size()),
              .name_length = static_cast<std::uint16_t>(name.size()),
              .label_length = static_cast<std::uint16_t>(label.size()),
              .kind = row.identity.kind,
              .perms = vma.perms};
  names_.append(name).append(label);
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    kept_[i].field->set(value, row);
    const auto* bytes = std::get_if<Bytes>(&value);
    values_.push_back(bytes != nullptr ? bytes->value : 0);
    if (bytes != nullptr) entry.known = static_cast<std::uint16_t>(entry.known | 1U << i);
  }
  entries_.push_back(entry);
  totals_ += measures_of(entries_.size() - 1);
}

bool MapSnapshot::finish() {
  if (!std::ranges::is_sorted(entries_, {}, &Entry::start)) {
    std::vector<std::uint32_t> order(entries_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [this](std::uint32_t i) { return entries_[i].start; });
    std::vector<Entry> entries;
    std::vector<std::uint64_t> values;
    for (const auto i : order) {
      entries.push_back(entries_[i]);
      const auto* const first = values_.data() + i * kept_.size();
      values.insert(values.end(), first, first + kept_.size());
    }
    entries_ = std::move(entries);
    values_ = std::move(values);
  }
  const auto overlap = [](const Entry& a, const Entry& b) { return a.end > b.start; };
  return std::ranges::adjacent_find(entries_, overlap) == entries_.end();
}

Measures MapSnapshot::measures_of(std::size_t i) const {
  Measures measures;
  measures.set(Measure::size, entries_[i].size().value);
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    if ((std::uint32_t{entries_[i].known} >> k & 1U) != 0)
      measures.set(kept_[k].measure, values_[i * kept_.size() + k]);
  }
  return measures;
}

Bytes MapSnapshot::memory() const {
  return {entries_.capacity() * sizeof(Entry) + values_.capacity() * sizeof(std::uint64_t) +
          names_.capacity()};
}

}  // namespace pageloupe
