// SPDX-License-Identifier: MIT
// What a person looks at of a process's details: tab, cursor, order; and what the keys do with that.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ptop/detail_data.h"
#include "ptop/key.h"
#include "ptop/line.h"
#include "render/cell.h"
#include "sample/vma_kind.h"

namespace pageloupe::ptop {

// What scrolls: each tab has one, the map two.
enum class DetailList : std::uint8_t { kinds, mappings, memory, threads, group, environment, count_ };
inline constexpr auto kDetailLists = static_cast<std::size_t>(DetailList::count_);

struct DetailOrder {
  std::string_view column;
  bool descending = false;
};

struct DetailView {
  // One list: where it is looked at, and its rows in order, kept by arrange().
  struct Place {
    std::size_t cursor = 0;  // counted in rows of the screen
    std::size_t top = 0;
    std::size_t order = 0;  // of orders_of(list)
    bool reversed = false;
    std::vector<std::size_t> rows{};          // of the table; empty for lists that have no order
    std::optional<std::uint64_t> selected{};  // what the cursor stays on while the rows change
  };

  DetailTab tab = DetailTab::map;
  bool all_mappings = false;           // the map by mapping, not by kind
  std::optional<VmaKind> only_kind{};  // of the mappings
  bool environment_asked = false;      // it is read on request only
  std::size_t shift = 0;               // columns that texts are moved to the left by
  SizeUnit unit = SizeUnit::human;
  TextStyle style{};
  std::array<Place, kDetailLists> places{};

  [[nodiscard]] DetailList list() const;
  [[nodiscard]] Place& place() { return places[static_cast<std::size_t>(list())]; }
  [[nodiscard]] const Place& place() const { return places[static_cast<std::size_t>(list())]; }
};

// The orders that a list goes through; none where its rows stand as they are.
[[nodiscard]] std::span<const DetailOrder> orders_of(DetailList list);
// The one it has now; nothing where it has none.
[[nodiscard]] std::optional<DetailOrder> order_of(const DetailView& view);

enum class DetailAction : std::uint8_t {
  close,
  previous_tab,
  next_tab,
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  shift_left,
  shift_right,
  open,         // the mappings of the kind at the cursor; reads the environment
  toggle_list,  // kinds, or all mappings
  next_order,
  reverse,
  next_unit,
  read_again,
  map,  // these five in the order of DetailTab
  memory,
  threads,
  group,
  environment,
};

// Every key of the screen: help reads this, too.
struct DetailKeyInfo {
  Key key;
  std::string_view name;
  DetailAction action;
  std::string_view help;
};
[[nodiscard]] std::span<const DetailKeyInfo> detail_keys();

// What a key means; nothing where it means nothing here. The mouse: wheel, a click on a row or a tab.
[[nodiscard]] std::optional<DetailAction> detail_action(const Key& key);

enum class DetailAnswer : std::uint8_t {
  open,
  closed,
  read_again,  // what is shown is to be read anew
};

// `size` is that of the frame that the details were shown in last.
DetailAnswer act(DetailView& view, const DetailData& data, DetailAction action, Size size);

// A key, or the mouse counted from the top left of that frame: acts, or does nothing.
DetailAnswer handle(DetailView& view, const DetailData& data, const Key& key, Size size);

// Puts rows in order and the cursor back on what it was on: to be called when data has changed.
void arrange(DetailView& view, const DetailData& data);

// Rows of the list that is looked at, in a frame of that size.
[[nodiscard]] std::size_t detail_rows(Size size, const DetailView& view);

}  // namespace pageloupe::ptop
