// SPDX-License-Identifier: MIT
#include "ppmap/row_source.h"

namespace pageloupe::ppmap {
namespace {

SourceSet needs_of(const Filter& filter) {
  SourceSet needs;
  for (const auto index : filter.columns()) needs |= vma_fields()[index].column.origin.files;
  return needs;
}

}  // namespace

Result<RowSource> RowSource::open(const PidDir& dir, const Request& request, SourceSet needs,
                                  std::optional<TextStream> maps) {
  std::optional<Filter> filter;
  if (request.filter) filter = std::move(*Filter::parse(*request.filter, columns_of(vma_fields())));
  if (filter) needs |= needs_of(*filter);
  if (request.sort && !request.by)
    needs |= (*find_field(vma_fields(), request.sort->column))->column.origin.files;
  auto map = ProcessMap::open(dir, {.usage = needs.has(Source::smaps)}, std::move(maps));
  if (!map) return std::unexpected(map.error());
  RowSource source(std::move(*map));
  source.range_ = request.range;
  source.filter_ = std::move(filter);
  const auto more = source.map_.next();
  if (!more) return std::unexpected(more.error());
  source.first_ = *more;
  source.table_ = std::make_unique<VmaFieldTable>(source.map_.unknown_keys());
  return source;
}

bool RowSource::wanted(const VmaRow& row) const {
  const auto& vma = row.record.vma;
  if (!range_.touches(vma.start, vma.end)) return false;
  return !filter_ || filter_->matches([&row](std::size_t index) { return vma_fields()[index](row); });
}

Result<bool> RowSource::next() {
  auto more = step();
  while (more && *more && !wanted(map_.row())) more = map_.next();
  return more;
}

// As the first row was read before anybody asked for it.
Result<bool> RowSource::step() {
  if (first_) return *std::exchange(first_, std::nullopt);
  return map_.next();
}

}  // namespace pageloupe::ppmap
