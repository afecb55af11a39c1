// SPDX-License-Identifier: MIT
#include "ptop/detail_view.h"

#include <algorithm>

#include "ptop/detail_layout.h"
#include "ptop/scroll.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kShift = 8;

// The row of the table that the cursor is on; nothing where the list is empty.
std::optional<std::size_t> row_at_cursor(const DetailView::Place& place) {
  if (place.cursor >= place.rows.size()) return std::nullopt;
  return place.rows[place.cursor];
}

// What a row is known by while rows come and go: its address, its kind, its thread.
std::uint64_t identity(DetailList list, std::span<const Value> row) {
  if (list == DetailList::kinds) {
    const auto* name = std::get_if<std::string_view>(row.data());
    const auto kind = std::ranges::find(kVmaKinds, name != nullptr ? *name : "", &VmaKindInfo::name);
    return static_cast<std::uint64_t>(kind - kVmaKinds.begin());
  }
  if (const auto* address = std::get_if<Address>(row.data())) return address->value;
  const auto* number = std::get_if<std::int64_t>(row.data());
  return number != nullptr ? static_cast<std::uint64_t>(*number) : 0;
}

void note_selected(DetailView& view, const DetailData& data) {
  auto& place = view.place();
  place.selected.reset();
  const auto* table = table_of(data, view.list());
  const auto row = row_at_cursor(place);
  if (table != nullptr && row && *row < table->rows.size())
    place.selected = identity(view.list(), table->rows.row(*row));
}

std::vector<std::size_t> ordered_rows(const DetailView& view, const DetailTable& table) {
  const auto order = order_of(view);
  const auto column = order ? table.find(order->column) : std::nullopt;
  std::vector<OrderKey> keys;
  if (column) keys.push_back({.column = *column, .descending = order->descending});
  auto rows = sorted_rows(table.rows, keys);
  if (view.list() != DetailList::mappings || !view.only_kind) return rows;
  const auto kind = table.find("kind");
  if (kind) {
    const Value wanted = name(*view.only_kind);
    std::erase_if(rows, [&](std::size_t row) { return table.rows.row(row)[*kind] != wanted; });
  }
  return rows;
}

void arrange_list(DetailView& view, const DetailData& data) {
  auto& place = view.place();
  const auto* table = table_of(data, view.list());
  if (table == nullptr) {
    place.rows.clear();
    return;
  }
  place.rows = ordered_rows(view, *table);
  if (place.selected) {
    const auto is_selected = [&](std::size_t row) {
      return identity(view.list(), table->rows.row(row)) == *place.selected;
    };
    const auto found = std::ranges::find_if(place.rows, is_selected);
    if (found != place.rows.end()) place.cursor = static_cast<std::size_t>(found - place.rows.begin());
  }
  place.cursor = moved(place.cursor, 0, place.rows.size());
  note_selected(view, data);
}

void move(DetailView& view, const DetailData& data, std::ptrdiff_t by, Size size) {
  auto& place = view.place();
  const auto rows = detail_rows(size, view);
  const auto count = count_rows(data, view);
  if (has_cursor(view.list())) {
    place.cursor = moved(place.cursor, by, count);
    place.top = scrolled(place.top, place.cursor, {.count = count, .rows = rows});
    note_selected(view, data);
  } else {
    place.top = moved(std::min(place.top, count), by, count > rows ? count - rows + 1 : 1);
  }
}

void go_to_tab(DetailView& view, const DetailData& data, std::size_t tab) {
  view.tab = static_cast<DetailTab>(tab % kDetailTabs);
  view.shift = 0;
  arrange_list(view, data);
}

void show_mappings(DetailView& view, const DetailData& data, bool all, std::optional<VmaKind> only) {
  view.all_mappings = all;
  view.only_kind = only;
  if (all) view.place().selected.reset();
  if (all) view.place().cursor = view.place().top = 0;
  arrange_list(view, data);
}

DetailAnswer open_row(DetailView& view, const DetailData& data) {
  if (view.list() == DetailList::environment && !view.environment_asked) {
    view.environment_asked = true;
    return DetailAnswer::read_again;
  }
  if (view.list() == DetailList::mappings) {
    show_mappings(view, data, false, std::nullopt);
  } else if (view.list() == DetailList::kinds && data.map.value) {
    if (const auto row = row_at_cursor(view.place()); row && *row < data.map.value->kinds.rows.size()) {
      const auto kind = identity(DetailList::kinds, data.map.value->kinds.rows.row(*row));
      show_mappings(view, data, true, static_cast<VmaKind>(kind));
    }
  }
  return DetailAnswer::open;
}

void toggle_list(DetailView& view, const DetailData& data) {
  if (view.tab == DetailTab::map) show_mappings(view, data, !view.all_mappings, std::nullopt);
}

void reorder(DetailView& view, const DetailData& data, bool next) {
  const auto orders = orders_of(view.list());
  if (orders.empty()) return;
  auto& place = view.place();
  if (next) place.order = (place.order + 1) % orders.size();
  place.reversed = next ? false : !place.reversed;
  arrange_list(view, data);
}

SizeUnit next_unit(SizeUnit unit) {
  switch (unit) {
    case SizeUnit::human: return SizeUnit::kib;
    case SizeUnit::kib: return SizeUnit::bytes;
    case SizeUnit::bytes: return SizeUnit::human;
  }
  return SizeUnit::human;
}

DetailAnswer click(DetailView& view, const DetailData& data, const Mouse& mouse, Size size) {
  constexpr std::ptrdiff_t kWheel = 3;
  const auto layout = layout_of(view, size);
  if (mouse.button == Mouse::Button::wheel_up) move(view, data, -kWheel, size);
  if (mouse.button == Mouse::Button::wheel_down) move(view, data, kWheel, size);
  if (mouse.button != Mouse::Button::left) return DetailAnswer::open;
  if (layout.tabs && mouse.row == 1) {
    if (const auto tab = tab_at(mouse.column)) go_to_tab(view, data, *tab);
    return DetailAnswer::open;
  }
  if (mouse.row < layout.list_begin || mouse.row >= layout.list_begin + layout.list)
    return DetailAnswer::open;
  auto& place = view.place();
  const auto count = count_rows(data, view);
  const auto top = scrolled(place.top, place.cursor, {.count = count, .rows = layout.list});
  const auto row = top + mouse.row - layout.list_begin;
  if (!has_cursor(view.list()) || row >= count) return DetailAnswer::open;
  place.cursor = row;
  note_selected(view, data);
  return mouse.twice ? open_row(view, data) : DetailAnswer::open;
}

}  // namespace

DetailList DetailView::list() const {
  switch (tab) {
    case DetailTab::map: return all_mappings ? DetailList::mappings : DetailList::kinds;
    case DetailTab::memory: return DetailList::memory;
    case DetailTab::threads: return DetailList::threads;
    case DetailTab::group: return DetailList::group;
    case DetailTab::environment:
    case DetailTab::count_: return DetailList::environment;
  }
  return DetailList::environment;
}

std::span<const DetailOrder> orders_of(DetailList list) {
  static constexpr auto kKinds = std::to_array<DetailOrder>({{"resident", true},
                                                             {"pss", true},
                                                             {"swap", true},
                                                             {"size", true},
                                                             {"untouched", true},
                                                             {"kind", false}});
  static constexpr auto kMappings = std::to_array<DetailOrder>({{"start", false},
                                                                {"size", true},
                                                                {"resident", true},
                                                                {"pss", true},
                                                                {"swap", true},
                                                                {"untouched", true}});
  static constexpr auto kThreads = std::to_array<DetailOrder>(
      {{"cpu", true}, {"time", true}, {"vcsw_rate", true}, {"ivcsw_rate", true}, {"tid", false}});
  switch (list) {
    case DetailList::kinds: return kKinds;
    case DetailList::mappings: return kMappings;
    case DetailList::threads: return kThreads;
    case DetailList::memory:
    case DetailList::group:
    case DetailList::environment:
    case DetailList::count_: return {};
  }
  return {};
}

std::optional<DetailOrder> order_of(const DetailView& view) {
  const auto orders = orders_of(view.list());
  const auto& place = view.place();
  if (orders.empty()) return std::nullopt;
  auto order = orders[place.order % orders.size()];
  if (place.reversed) order.descending = !order.descending;
  return order;
}

DetailAnswer act(DetailView& view, const DetailData& data, DetailAction action, Size size) {
  const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(detail_rows(size, view), 1));
  const auto all = static_cast<std::ptrdiff_t>(count_rows(data, view));
  const auto tab = static_cast<std::size_t>(view.tab);
  switch (action) {
    case DetailAction::close: return DetailAnswer::closed;
    case DetailAction::read_again: return DetailAnswer::read_again;
    case DetailAction::previous_tab: go_to_tab(view, data, tab + kDetailTabs - 1); break;
    case DetailAction::next_tab: go_to_tab(view, data, tab + 1); break;
    case DetailAction::up: move(view, data, -1, size); break;
    case DetailAction::down: move(view, data, 1, size); break;
    case DetailAction::page_up: move(view, data, -page, size); break;
    case DetailAction::page_down: move(view, data, page, size); break;
    case DetailAction::first: move(view, data, -all, size); break;
    case DetailAction::last: move(view, data, all, size); break;
    case DetailAction::shift_left: view.shift -= std::min(view.shift, kShift); break;
    case DetailAction::shift_right: view.shift += kShift; break;
    case DetailAction::open: return open_row(view, data);
    case DetailAction::toggle_list: toggle_list(view, data); break;
    case DetailAction::next_order: reorder(view, data, true); break;
    case DetailAction::reverse: reorder(view, data, false); break;
    case DetailAction::next_unit: view.unit = next_unit(view.unit); break;
    case DetailAction::map:
    case DetailAction::memory:
    case DetailAction::threads:
    case DetailAction::group:
    case DetailAction::environment:
      go_to_tab(view, data, static_cast<std::size_t>(action) - static_cast<std::size_t>(DetailAction::map));
      break;
  }
  return DetailAnswer::open;
}

DetailAnswer handle(DetailView& view, const DetailData& data, const Key& key, Size size) {
  if (key.kind == Key::Kind::mouse) return click(view, data, key.mouse, size);
  const auto action = detail_action(key);
  return action ? act(view, data, *action, size) : DetailAnswer::open;
}

void arrange(DetailView& view, const DetailData& data) { arrange_list(view, data); }

}  // namespace pageloupe::ptop
