// SPDX-License-Identifier: MIT
#include "ppmap/row_source.h"

#include <algorithm>

namespace pageloupe::ppmap {
namespace {

std::vector<const Column*> columns_of(const Filter& filter, FieldSpan<VmaRow> fields) {
  std::vector<const Column*> columns;
  for (const auto index : filter.columns()) columns.push_back(&fields[index].column);
  return columns;
}

}  // namespace

std::vector<const Column*> RowSource::deciding_columns(const Request& request) {
  std::vector<const Column*> columns;
  if (request.filter)
    columns =
        columns_of(*Filter::parse(*request.filter, pageloupe::columns_of(request.fields)), request.fields);
  if (request.sort && !request.by)
    columns.push_back(&(*find_field(request.fields, request.sort->column))->column);
  return columns;
}

Result<RowSource> RowSource::open(const OpenProcess& process, const Request& request, SourceSet needs,
                                  std::optional<TextStream> maps, std::unique_ptr<RowFiller> filler) {
  RowSource source;
  source.range_ = request.range;
  source.fields_ = request.fields;
  source.filler_ = std::move(filler);
  if (request.filter) {
    source.filter_ = std::move(*Filter::parse(*request.filter, pageloupe::columns_of(request.fields)));
    source.filter_needs_filler_ =
        source.filler_ &&
        std::ranges::any_of(columns_of(*source.filter_, request.fields),
                            [&](const auto* column) { return source.filler_->gives(*column); });
  }
  for (const auto* column : deciding_columns(request)) needs |= column->origin.files;
  if (!request.by) source.sort_ = request.sort;
  source.whole_paths_ = request.show_path && (request.view == View::map || request.view == View::picture);
  if (process.recorded != nullptr) return open_past(std::move(source), process);
  if (process.head.has_memory()) {
    MapPlan plan{.usage = needs.has(Source::smaps) && request.subject != Subject::gentle,
                 .leader = process.head.pid,
                 .whole_paths = source.whole_paths_};
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
  using Unknown = std::vector<SmapsReader::UnknownKey>;
  source.table_ =
      std::make_unique<VmaFieldTable>(request.fields, source.map_ ? source.map_->unknown_keys() : Unknown{});
  return source;
}

Result<RowSource> RowSource::open_past(RowSource source, const OpenProcess& process) {
  if (process.recorded->error)
    return std::unexpected(Error{.code = *process.recorded->error, .file = "maps"});
  source.past_ = process.recorded;
  source.past_at_ = source.past_->rows.begin();
  source.empty_ = source.past_->rows.empty();
  source.table_ = std::make_unique<VmaFieldTable>(source.fields_);
  return source;
}

Result<bool> RowSource::next_of_past() {
  if (past_at_ == past_->rows.end()) return false;
  past_row_ = (past_at_++)->second;
  // Which smaps says too, and is not stored twice.
  if (past_row_.has_usage) past_row_.record.usage.set(SmapsKey::size, past_row_.record.vma.size().value);
  const auto& name = past_row_.record.vma.name;
  if (whole_paths_ && past_row_.label.empty() && name.starts_with('/')) past_row_.label = name;
  return true;
}

bool RowSource::matches(const VmaRow& row) const {
  return !filter_ || filter_->matches([&](std::size_t index) { return fields_[index](row); });
}

// Whether the row is one of those asked for; if so, all of it is known then. What costs most comes last.
Result<bool> RowSource::take(VmaRow& row) {
  const auto& vma = row.record.vma;
  if (!range_.touches(vma.start, vma.end)) return false;
  if (!filter_needs_filler_ && !matches(row)) return false;
  if (!filler_) return true;
  if (const auto filled = filler_->fill(row); !filled) return std::unexpected(filled.error());
  return !filter_needs_filler_ || matches(row);
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
  for (; more && *more; more = next_of_map()) sorted->rows.push_back(map_row());
  sorted->end = more;
  const auto& key = **find_field(fields_, sort_->column);
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
  for (;;) {
    const auto more = step();
    if (!more || !*more) return more;
    const auto taken = take(map_row());
    if (!taken || *taken) return taken;
  }
}

// As the first row was read before anybody asked for it.
Result<bool> RowSource::step() {
  if (first_) return *std::exchange(first_, std::nullopt);
  if (past_ != nullptr) return next_of_past();
  return map_ ? map_->next() : Result<bool>(false);
}

}  // namespace pageloupe::ppmap
