// SPDX-License-Identifier: MIT
#include "ppmap/change_rows.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

Selection<MapChangeRow> selected(FieldSpan<MapChangeRow> fields, const std::string& list) {
  if (!list.empty()) return *select_fields(fields, list);
  Selection<MapChangeRow> all;
  for (const auto& field : fields) all.push_back(&field);
  return all;
}

// What was gained since the watching began by the mappings of this change.
class Gains {
 public:
  explicit Gains(const MapDiff* since_start) : since_(since_start) {
    if (since_ == nullptr) return;
    for (const auto& change : since_->changes) {
      if (change.count_after == 0) gone_.push_back(&change);
    }
    std::ranges::sort(gone_, {}, &MapChange::start);
  }

  [[nodiscard]] const MapChange* of(const MapChange& change) const {
    if (since_ == nullptr) return nullptr;
    if (change.count_after != 0) {
      const auto owner = since_->owners[change.first_after];
      return owner == MapDiff::kUnchanged ? nullptr : &since_->changes[owner];
    }
    const auto behind = std::ranges::upper_bound(gone_, change.start, {}, &MapChange::start);
    if (behind == gone_.begin()) return nullptr;
    const auto* const was = *std::prev(behind);
    return change.start < was->end ? was : nullptr;
  }

 private:
  const MapDiff* since_;
  std::vector<const MapChange*> gone_;
};

std::string change_text(std::int64_t bytes, bool in_bytes) {
  Buffer text;
  append_cell(text, ByteChange{bytes}, {.size = in_bytes ? SizeUnit::bytes : SizeUnit::human});
  return std::string(text.view());
}

// "1 appeared, 2 grew".
std::string words_of(const MapDiff& diff) {
  std::array<std::size_t, kChangeNames.size()> counts{};
  for (const auto& change : diff.changes) ++counts[static_cast<std::size_t>(change.what)];
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) text += format_text("{}{} {}", text.empty() ? "" : ", ", counts[i], kChangeNames[i]);
  }
  return text;
}

std::string kinds_text(const ComparedMaps& maps, bool in_bytes) {
  constexpr std::size_t kShown = 5;
  const auto measure = maps.after.measures().has(Measure::rss) ? Measure::rss : Measure::size;
  std::vector<std::pair<std::int64_t, VmaKind>> kinds;
  for (const auto& kind : compare_kinds(maps.before, maps.after)) {
    const auto by = growth(kind.before, kind.after, measure).value_or(0);
    if (by != 0) kinds.emplace_back(by, kind.kind);
  }
  std::ranges::stable_sort(kinds, std::ranges::greater{},
                           [](const auto& kind) { return std::abs(kind.first); });
  std::string text;
  for (const auto& [by, kind] : kinds | std::views::take(kShown))
    text += format_text("{}{} {}", text.empty() ? "" : ", ", name(kind), change_text(by, in_bytes));
  if (text.empty()) return text;
  return format_text("{} by kind: {}\n", measure == Measure::rss ? "RSS" : "size", text);
}

}  // namespace

ChangeRows::ChangeRows(const Request& request)
    : fields_(change_fields(request.view)),
      selection_(selected(fields_, request.columns)),
      sort_(request.sort.value_or(SortKey{"size_growth", true})),
      by_kind_(request.by.has_value()),
      totals_({}) {
  const auto need = [this](const Column& column) {
    if (const auto measure = measure_of(column)) measures_.add(*measure);
  };
  for (const auto* field : selection_) {
    columns_.push_back(&field->column);
    need(field->column);
  }
  need((*find_field(fields_, sort_.column))->column);
  if (request.filter) {
    filter_ = std::move(*Filter::parse(*request.filter, columns_of(fields_)));
    for (const auto index : filter_->columns()) need(fields_[index].column);
  }
  values_.resize(columns_.size());
}

void ChangeRows::consider(const MapChangeRow& row) {
  if (filter_ && !filter_->matches([&](std::size_t index) { return fields_[index](row); })) return;
  order_.emplace_back((**find_field(fields_, sort_.column))(row), static_cast<std::uint32_t>(rows_.size()));
  rows_.push_back(row);
}

void ChangeRows::choose_changes(const ComparedMaps& maps) {
  const Gains gains(maps.since_start);
  for (const auto& change : maps.diff.changes)
    consider({&change, &maps.before, &maps.after, gains.of(change)});
}

void ChangeRows::choose_kinds(const ComparedMaps& maps) {
  const auto kinds = compare_kinds(maps.before, maps.after);
  kinds_.clear();
  kinds_.reserve(kinds.size());  // rows point into it
  for (const auto& kind : kinds) {
    if (kind.count_before == kind.count_after && kind.before == kind.after) continue;
    kinds_.push_back({.count_before = static_cast<std::uint32_t>(kind.count_before),
                      .count_after = static_cast<std::uint32_t>(kind.count_after),
                      .before = kind.before,
                      .after = kind.after});
    MapChangeRow row{&kinds_.back(), &maps.before, &maps.after};
    row.kind = kind.kind;
    consider(row);
  }
}

std::size_t ChangeRows::choose(const ComparedMaps& maps) {
  rows_.clear();
  order_.clear();
  if (by_kind_) {
    choose_kinds(maps);
  } else {
    choose_changes(maps);
  }
  const auto by_value = [](const auto& pair) -> const Value& { return pair.first; };
  if (sort_.descending) {
    std::ranges::stable_sort(order_, std::ranges::greater{}, by_value);
  } else {
    std::ranges::stable_sort(order_, {}, by_value);
  }
  return rows_.size();
}

void ChangeRows::write(Writer& writer) {
  totals_ = Totals(columns_);
  for (const auto& [value, index] : order_) {
    for (std::size_t i = 0; i < selection_.size(); ++i) selection_[i]->set(values_[i], rows_[index]);
    totals_.add(values_);
    writer.row(values_);
  }
}

std::vector<const Column*> map_total_columns() {
  std::vector<const Column*> columns;
  for (const auto& field : map_diff_fields()) {
    if (field.column.fold == Fold::sum) columns.push_back(&field.column);
  }
  return columns;
}

void append_map_totals(const MapSnapshot& before, const MapSnapshot& after, std::vector<Value>& to) {
  const MapChange whole{.count_before = static_cast<std::uint32_t>(before.size()),
                        .count_after = static_cast<std::uint32_t>(after.size()),
                        .before = before.totals(),
                        .after = after.totals()};
  const MapChangeRow row{&whole, &before, &after};
  for (const auto& field : map_diff_fields()) {
    if (field.column.fold == Fold::sum) to.push_back(field(row));
  }
}

std::string change_summary(const ComparedMaps& maps, bool in_bytes) {
  const auto& diff = maps.diff;
  if (diff.changes.empty()) return format_text("nothing changed in {} mappings\n", maps.after.size());
  auto text = format_text("{} {} ({}), {} mappings as before:", diff.changes.size(),
                          diff.changes.size() == 1 ? "change" : "changes", words_of(diff), diff.unchanged);
  bool first = true;
  for (const auto& [measure, header] :
       {std::pair{Measure::size, "size"}, std::pair{Measure::rss, "RSS"}, std::pair{Measure::pss, "PSS"},
        std::pair{Measure::dirty, "dirty"}, std::pair{Measure::swap, "swap"}}) {
    const auto by = growth(maps.before.totals(), maps.after.totals(), measure);
    if (!by) continue;
    text += format_text("{} {} {}", first ? "" : ",", header, change_text(*by, in_bytes));
    first = false;
  }
  return text + "\n" + kinds_text(maps, in_bytes);
}

}  // namespace pageloupe::ppmap
