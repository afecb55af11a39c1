// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "ptop/detail_view.h"

namespace pageloupe::ptop {
namespace {

using enum DetailAction;

constexpr auto kKeys = std::to_array<DetailKeyInfo>({
    {key(Key::Kind::escape), "Esc", close, "back to the processes"},
    {key(U'q'), "q", close, "back to the processes"},
    {function_key(10), "F10", close, "back to the processes"},
    {key(Key::Kind::left), "Left", previous_tab, "the tab to the left"},
    {key(Key::Kind::back_tab), "Shift-Tab", previous_tab, "the tab to the left"},
    {key(Key::Kind::right), "Right", next_tab, "the tab to the right"},
    {key(Key::Kind::tab), "Tab", next_tab, "the tab to the right"},
    {key(U'1'), "1", map, "the map"},
    {key(U'2'), "2", memory, "memory and limits"},
    {key(U'3'), "3", threads, "threads"},
    {key(U'4'), "4", group, "control group, namespaces, OOM score"},
    {key(U'5'), "5", environment, "the environment"},
    {key(Key::Kind::up), "Up", up, "a row up"},
    {key(Key::Kind::down), "Down", down, "a row down"},
    {key(Key::Kind::page_up), "PgUp", page_up, "a page up"},
    {key(Key::Kind::page_down), "PgDn", page_down, "a page down"},
    {key(U' '), "Space", page_down, "a page down"},
    {key(Key::Kind::home), "Home", first, "the first row"},
    {key(Key::Kind::end), "End", last, "the last row"},
    {key(U'<'), "<", shift_left, "long texts to the right"},
    {key(U'>'), ">", shift_right, "long texts to the left"},
    {key(Key::Kind::enter), "Enter", open, "the mappings of the kind, and back; reads the environment"},
    {key(U'k'), "k", toggle_list, "kinds, or all mappings"},
    {key(U's'), "s", next_order, "the next order"},
    {function_key(6), "F6", next_order, "the next order"},
    {key(U'R'), "R", reverse, "the order reversed"},
    {key(U'e'), "e", next_unit, "sizes as 1.5M, in KiB, in bytes"},
    {key(U'r'), "r", read_again, "read it again now"},
    {function_key(5), "F5", read_again, "read it again now"},
});

consteval bool keys_are_unique() {
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    for (std::size_t j = i + 1; j < kKeys.size(); ++j) {
      if (kKeys[i].key == kKeys[j].key || kKeys[i].name == kKeys[j].name) return false;
    }
  }
  return true;
}
static_assert(keys_are_unique());

}  // namespace

std::span<const DetailKeyInfo> detail_keys() { return kKeys; }

std::optional<DetailAction> detail_action(const Key& pressed) {
  const auto found = std::ranges::find(kKeys, pressed, &DetailKeyInfo::key);
  return found == kKeys.end() ? std::nullopt : std::optional(found->action);
}

}  // namespace pageloupe::ptop
