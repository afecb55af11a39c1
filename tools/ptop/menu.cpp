// SPDX-License-Identifier: MIT
#include "ptop/menu.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "ptop/scroll.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kRowsWithHint = 5;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_letter(char a, char b) { return lower(a) == lower(b); }

// How well an item answers to what was typed.
enum class Fit : std::uint8_t { none, inside, begins, equal };

Fit fit_of(const MenuItem& item, std::string_view typed) {
  std::string_view words = item.words.empty() ? item.name : item.words;
  const auto inside = std::ranges::search(words, typed, same_letter);
  auto best = inside.empty() ? Fit::none : Fit::inside;
  while (!words.empty()) {
    const auto word = take_word(words);
    if (!std::ranges::equal(word.substr(0, typed.size()), typed, same_letter)) continue;
    if (word.size() == typed.size()) return Fit::equal;
    best = Fit::begins;
  }
  return best;
}

std::optional<std::size_t> find_item(const Menu& menu, std::string_view typed) {
  std::optional<std::size_t> found;
  auto best = Fit::none;
  for (std::size_t i = 0; i < menu.items.size(); ++i) {
    const auto fit = fit_of(menu.items[i], typed);
    if (fit <= best) continue;
    best = fit;
    found = i;
  }
  return found;
}

// A letter that no item goes on with begins another word.
MenuAnswer type(Menu& menu, char letter) {
  for (auto typed : {menu.typed + letter, std::string(1, letter)}) {
    if (const auto found = find_item(menu, typed)) {
      menu.typed = std::move(typed);
      menu.cursor = *found;
      menu.held = false;
      return MenuAnswer::changed;
    }
  }
  return MenuAnswer::open;
}

MenuAnswer erase_typed(Menu& menu) {
  if (menu.typed.empty()) return MenuAnswer::open;
  menu.typed.pop_back();
  if (const auto found = find_item(menu, menu.typed); found && !menu.typed.empty()) menu.cursor = *found;
  return MenuAnswer::changed;
}

MenuAnswer go_to(Menu& menu, std::size_t row) {
  menu.typed.clear();
  if (row == menu.cursor || menu.items.empty()) return MenuAnswer::open;
  const auto at = menu.items.begin();
  const auto from = static_cast<std::ptrdiff_t>(menu.cursor);
  const auto to = static_cast<std::ptrdiff_t>(row);
  if (menu.held && from < to) std::rotate(at + from, at + from + 1, at + to + 1);
  if (menu.held && to < from) std::rotate(at + to, at + from, at + from + 1);
  menu.cursor = row;
  return MenuAnswer::changed;
}

MenuAnswer go_by(Menu& menu, std::ptrdiff_t by) {
  return go_to(menu, moved(menu.cursor, by, menu.items.size()));
}

MenuAnswer toggle(Menu& menu) {
  if (menu.items.empty()) return MenuAnswer::open;
  auto& item = menu.items[menu.cursor];
  item.on = !item.on;
  return MenuAnswer::changed;
}

MenuAnswer hold(Menu& menu, bool held) {
  if (menu.use != MenuUse::arrange || menu.held == held || menu.items.empty()) return MenuAnswer::open;
  menu.held = held;
  return MenuAnswer::changed;
}

MenuAnswer click(Menu& menu, const Mouse& mouse, Size size) {
  constexpr std::ptrdiff_t kWheel = 3;
  if (mouse.button == Mouse::Button::wheel_up) return go_by(menu, -kWheel);
  if (mouse.button == Mouse::Button::wheel_down) return go_by(menu, kWheel);
  const auto rows = menu_rows(size);
  const auto top = scrolled(menu.top, menu.cursor, {.count = menu.items.size(), .rows = rows});
  if (mouse.button != Mouse::Button::left || mouse.row == 0 || mouse.row > rows) return MenuAnswer::open;
  const auto row = top + mouse.row - 1;
  if (row >= menu.items.size()) return MenuAnswer::open;
  menu.held = false;
  const auto answer = go_to(menu, row);
  if (mouse.twice) return menu.use == MenuUse::choose ? MenuAnswer::chosen : toggle(menu);
  return answer;
}

MenuAnswer type_or_command(Menu& menu, const Key& key) {
  if (key == control_key('C') || key == control_key('G')) return MenuAnswer::cancelled;
  if (key == control_key('H')) return erase_typed(menu);
  if (!is_typed(key)) return MenuAnswer::open;
  if (menu.use == MenuUse::arrange && key.code == ' ') return toggle(menu);
  return key.code < 0x7f ? type(menu, static_cast<char>(key.code)) : MenuAnswer::open;
}

// What Enter does while an item is held is to let it go, as in top.
MenuAnswer enter(Menu& menu) {
  if (menu.held) return hold(menu, false);
  return menu.items.empty() ? MenuAnswer::cancelled : MenuAnswer::chosen;
}

MenuAnswer answer(Menu& menu, const Key& key, Size size) {
  const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(menu_rows(size), 1));
  switch (key.kind) {
    case Key::Kind::character: return type_or_command(menu, key);
    case Key::Kind::enter: return enter(menu);
    case Key::Kind::escape: return MenuAnswer::cancelled;
    case Key::Kind::backspace: return erase_typed(menu);
    case Key::Kind::up: return go_by(menu, -1);
    case Key::Kind::down: return go_by(menu, 1);
    case Key::Kind::page_up: return go_by(menu, -page);
    case Key::Kind::page_down: return go_by(menu, page);
    case Key::Kind::home: return go_to(menu, 0);
    case Key::Kind::end: return go_to(menu, menu.items.empty() ? 0 : menu.items.size() - 1);
    case Key::Kind::right: return hold(menu, true);
    case Key::Kind::left: return hold(menu, false);
    case Key::Kind::mouse: return click(menu, key.mouse, size);
    case Key::Kind::function: return key.number == 10 ? MenuAnswer::cancelled : MenuAnswer::open;
    case Key::Kind::del:
    case Key::Kind::tab:
    case Key::Kind::back_tab:
    case Key::Kind::insert:
    case Key::Kind::resize: return MenuAnswer::open;
  }
  return MenuAnswer::open;
}

std::size_t columns_of(std::string_view text, TextStyle style) {
  Buffer scratch;
  return append_escaped(scratch, text, style);
}

std::size_t name_columns(const Menu& menu, std::size_t most, TextStyle style) {
  std::size_t widest = 0;
  for (const auto& item : menu.items) widest = std::max(widest, columns_of(item.name, style));
  return std::min(widest, most);
}

struct ItemLook {
  std::size_t name_columns = 0;
  std::size_t columns = 0;
  bool at_cursor = false;
  TextStyle style{};
};

void show_item(Line& line, const Menu& menu, const MenuItem& item, const ItemLook& look) {
  if (menu.use == MenuUse::arrange) line.add(Paint::label, item.on ? "[x] " : "[ ] ");
  if (look.at_cursor && menu.held) line.add(Paint::strong, "> ");
  line.add_fitted(item.on ? Paint::strong : Paint::plain, item.name, look.name_columns, look.style);
  if (!item.help.empty()) {
    line.add(Paint::dim, "  ");
    line.add_text(Paint::dim, item.help, look.style);
  }
  line.cut(look.columns);
  if (!look.at_cursor) return;
  line.fill(Paint::cursor, look.columns);
  line.repaint(Paint::cursor);
}

std::string_view hint(const Menu& menu) {
  if (menu.use == MenuUse::choose) return "Enter takes it  Esc leaves  typing jumps";
  return menu.held ? "Up/Down move it  Left lets go"
                   : "Space on/off  Right moves it  Enter takes all  Esc leaves";
}

}  // namespace

std::size_t menu_rows(Size size) {
  if (size.rows >= kRowsWithHint) return size.rows - 2;
  return size.rows == 0 ? 0 : size.rows - 1;
}

MenuAnswer handle(Menu& menu, const Key& key, Size size) {
  if (!menu.items.empty()) menu.cursor = std::min(menu.cursor, menu.items.size() - 1);
  const auto result = answer(menu, key, size);
  menu.top = scrolled(menu.top, menu.cursor, {.count = menu.items.size(), .rows = menu_rows(size)});
  return result;
}

void show_menu(Frame& frame, const Menu& menu, Size size, TextStyle style) {
  if (size.rows == 0) return;
  auto& title = frame.next();
  title.add_text(Paint::strong, menu.title, style);
  if (!menu.typed.empty()) {
    title.add(Paint::plain, "  ");
    title.add_text(Paint::match, menu.typed, style);
  }
  title.cut(size.columns);
  const auto rows = menu_rows(size);
  const auto top = scrolled(menu.top, menu.cursor, {.count = menu.items.size(), .rows = rows});
  ItemLook look{
      .name_columns = name_columns(menu, size.columns, style), .columns = size.columns, .style = style};
  for (std::size_t i = 0; i < rows; ++i) {
    auto& line = frame.next();
    if (top + i >= menu.items.size()) continue;
    look.at_cursor = top + i == menu.cursor;
    show_item(line, menu, menu.items[top + i], look);
  }
  if (size.rows < kRowsWithHint) return;
  auto& last = frame.next();
  last.add(Paint::dim, hint(menu));
  last.cut(size.columns);
}

}  // namespace pageloupe::ptop
