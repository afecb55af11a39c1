// SPDX-License-Identifier: MIT
#include "ptop/detail_lists.h"

#include <algorithm>

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kWide = 4096;

std::vector<ShownColumn> kind_columns(std::size_t size) {
  return {{.name = "kind", .rank = 0, .least = 8, .most = 12},
          {.name = "mappings", .rank = 5, .least = 8},
          {.name = "size", .rank = 2, .least = size},
          {.name = "resident", .rank = 1, .least = std::max<std::size_t>(size, 8)},
          {.name = "pss", .rank = 3, .least = size},
          {.name = "dirty", .rank = 4, .least = size},
          {.name = "swap", .rank = 6, .least = size},
          {.name = "untouched", .rank = 7, .least = std::max<std::size_t>(size, 9)},
          {.name = "share", .rank = 8, .least = 6}};
}

std::vector<ShownColumn> mapping_columns(std::size_t size) {
  return {{.name = "start", .rank = 1, .least = 16},
          {.name = "size", .rank = 2, .least = size},
          {.name = "resident", .rank = 3, .least = std::max<std::size_t>(size, 8)},
          {.name = "pss", .rank = 5, .least = size},
          {.name = "dirty", .rank = 6, .least = size},
          {.name = "swap", .rank = 7, .least = size},
          {.name = "untouched", .rank = 9, .least = std::max<std::size_t>(size, 9)},
          {.name = "perms", .rank = 8, .least = 4},
          {.name = "kind", .rank = 4, .least = 12},
          {.name = "mapping", .rank = 0, .least = 7, .most = kWide}};
}

std::vector<ShownColumn> thread_columns() {
  return {{.name = "tid", .rank = 0, .least = 7},        {.name = "comm", .rank = 1, .least = 5, .most = 15},
          {.name = "state", .rank = 3, .least = 1},      {.name = "cpu", .rank = 2, .least = 6},
          {.name = "time", .rank = 4, .least = 9},       {.name = "vcsw_rate", .rank = 5, .least = 8},
          {.name = "ivcsw_rate", .rank = 6, .least = 8}, {.name = "psr", .rank = 7, .least = 4}};
}

}  // namespace

std::vector<ShownColumn> columns_of(const DetailView& view, const DetailTable& table, std::size_t columns) {
  const auto size = size_columns(view.unit);
  switch (view.list()) {
    case DetailList::kinds: return lay_out(kind_columns(size), table, columns);
    case DetailList::mappings: return lay_out(mapping_columns(size), table, columns);
    case DetailList::threads: return lay_out(thread_columns(), table, columns);
    case DetailList::memory:
    case DetailList::group:
    case DetailList::environment:
    case DetailList::count_: return {};
  }
  return {};
}

std::vector<Value> map_total(const MapPart& map, const DetailView& view) {
  std::span<const Value> sums = map.kinds.totals;
  if (view.list() == DetailList::mappings && view.only_kind) {
    sums = {};
    for (std::size_t i = 0; i < map.kinds.rows.size(); ++i) {
      const auto row = map.kinds.rows.row(i);
      if (row[0] == Value(name(*view.only_kind))) sums = row;
    }
  }
  if (sums.empty()) return {};
  // The sums of a kind in the columns of the list.
  const auto& table = view.list() == DetailList::mappings ? map.mappings : map.kinds;
  std::vector<Value> total(table.columns.size(), Value(std::string_view()));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto at = map.kinds.find(table.columns[i]->name);
    if (at && table.columns[i]->fold == Fold::sum) total[i] = sums[*at];
  }
  total[0] = std::string_view("total");
  return total;
}

}  // namespace pageloupe::ptop
