// SPDX-License-Identifier: MIT
#include "ptop/detail_layout.h"

#include "ptop/detail_facts.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kRowsWithTabs = 3;
constexpr std::size_t kRowsWithHeading = 4;
constexpr std::size_t kRowsWithTotal = 8;
constexpr std::size_t kRowsWithHint = 9;

}  // namespace

DetailLayout layout_of(const DetailView& view, Size size) {
  const bool of_map = view.tab == DetailTab::map;
  DetailLayout layout{.tabs = size.rows >= kRowsWithTabs,
                      .heading = has_cursor(view.list()) && size.rows >= kRowsWithHeading,
                      .total = of_map && size.rows >= kRowsWithTotal,
                      .hint = size.rows >= kRowsWithHint};
  layout.list_begin = 1U + (layout.tabs ? 1U : 0U) + (layout.heading ? 1U : 0U);
  const auto below = (layout.total ? 1U : 0U) + (layout.hint ? 1U : 0U);
  const auto taken = layout.list_begin + below;
  layout.list = size.rows > taken ? size.rows - taken : 0;
  return layout;
}

std::size_t detail_rows(Size size, const DetailView& view) { return layout_of(view, size).list; }

const DetailTable* table_of(const DetailData& data, DetailList list) {
  switch (list) {
    case DetailList::kinds: return data.map.value ? &data.map.value->kinds : nullptr;
    case DetailList::mappings: return data.map.value ? &data.map.value->mappings : nullptr;
    case DetailList::threads: return data.threads.value ? &data.threads.value->threads : nullptr;
    case DetailList::memory:
    case DetailList::group:
    case DetailList::environment:
    case DetailList::count_: return nullptr;
  }
  return nullptr;
}

bool has_cursor(DetailList list) {
  return list == DetailList::kinds || list == DetailList::mappings || list == DetailList::threads;
}

std::size_t count_rows(const DetailData& data, const DetailView& view) {
  switch (view.list()) {
    case DetailList::kinds:
    case DetailList::mappings:
    case DetailList::threads: return view.place().rows.size();
    case DetailList::memory: return data.memory.value ? memory_lines(*data.memory.value).size() : 0;
    case DetailList::group: return data.group.value ? group_lines(*data.group.value).size() : 0;
    case DetailList::environment:
    case DetailList::count_: return data.environment.value ? data.environment.value->entries.size() : 0;
  }
  return 0;
}

std::optional<std::size_t> tab_at(std::size_t column) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < kDetailTabInfos.size(); ++i) {
    const auto end = begin + kDetailTabInfos[i].name.size() + 2;
    if (column >= begin && column < end) return i;
    begin = end;
  }
  return std::nullopt;
}

}  // namespace pageloupe::ptop
