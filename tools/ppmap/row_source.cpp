// SPDX-License-Identifier: MIT
#include "ppmap/row_source.h"

#include <algorithm>

namespace pageloupe::ppmap {
namespace {

SourceSet needs_of(const Filter& filter) {
  SourceSet needs;
  for (const auto index : filter.columns()) needs |= vma_fields()[index].column.origin.files;
  return needs;
}

}  // namespace

Result<RowSource> RowSource::open(const OpenProcess& process, const Request& request, SourceSet needs,
                                  std::optional<TextStream> maps) {
  RowSource source;
  source.range_ = request.range;
  if (request.filter) source.filter_ = std::move(*Filter::parse(*request.filter, columns_of(vma_fields())));
  if (source.filter_) needs |= needs_of(*source.filter_);
  if (!request.by) source.sort_ = request.sort;
  if (source.sort_) needs |= (*find_field(vma_fields(), source.sort_->column))->column.origin.files;
  if (process.head.has_memory()) {
    MapPlan plan{
        .usage = needs.has(Source::smaps),
        .leader = process.head.pid,
        .whole_paths = request.show_path && (request.view == View::map || request.view == View::picture)};
    if (needs.has(Source::thp_policy) && request.live)
      plan.thp = read_thp_policy("/sys/kernel/mm/transparent_hugepage");
    auto map = ProcessMap::open(process.dir, plan, std::move(maps));
    if (!map) return std::unexpected(map.error());
    const auto more = map->next();
    if (!more) return std::unexpected(more.error());
    source.empty_ = !*more;
    source.first_ = *more;
    source.map_ = std::move(*map);
  }
  source.table_ = std::make_unique<VmaFieldTable>(source.map_ ? source.map_->unknown_keys()
                                                              : std::vector<SmapsReader::UnknownKey>{});
  return source;
}

bool RowSource::wanted(const VmaRow& row) const {
  const auto& vma = row.record.vma;
  if (!range_.touches(vma.start, vma.end)) return false;
  return !filter_ || filter_->matches([&row](std::size_t index) { return vma_fields()[index](row); });
}

Result<bool> RowSource::next() {
  if (!sort_) return next_of_map();
  if (!sorted_) read_all();
  auto& sorted = *sorted_;
  if (sorted.given == sorted.order.size()) return sorted.end;
  sorted_row_ = sorted.order[sorted.given++].second;
  return true;
}

void RowSource::read_all() {
  auto sorted = std::make_unique<Sorted>();
  Result<bool> more = next_of_map();
  for (; more && *more; more = next_of_map()) sorted->rows.push_back(map_->row());
  sorted->end = more;
  const auto& key = **find_field(vma_fields(), sort_->column);
  sorted->order.reserve(sorted->rows.size());
  for (const auto& row : sorted->rows) sorted->order.emplace_back(key(row), &row);
  const auto by_value = [](const auto& pair) -> const Value& { return pair.first; };
  if (sort_->descending) {
    std::ranges::stable_sort(sorted->order, std::ranges::greater{}, by_value);
  } else {
    std::ranges::stable_sort(sorted->order, {}, by_value);
  }
  sorted_ = std::move(sorted);
}

Result<bool> RowSource::next_of_map() {
  auto more = step();
  while (more && *more && !wanted(map_->row())) more = map_->next();
  return more;
}

// As the first row was read before anybody asked for it.
Result<bool> RowSource::step() {
  if (first_) return *std::exchange(first_, std::nullopt);
  return map_ ? map_->next() : Result<bool>(false);
}

}  // namespace pageloupe::ppmap
