// SPDX-License-Identifier: MIT
#include "ptop/menu.h"

#include <initializer_list>
#include <string>

#include "ptop/frames.h"
#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

constexpr Size kSize{.columns = 40, .rows = 6};
constexpr auto kUp = key(Key::Kind::up);
constexpr auto kDown = key(Key::Kind::down);
constexpr auto kRight = key(Key::Kind::right);
constexpr auto kEnter = key(Key::Kind::enter);

Menu menu_of(std::initializer_list<const char*> names, MenuUse use = MenuUse::choose) {
  Menu menu{.title = "Choose:", .use = use};
  for (const auto* name : names) {
    menu.items.push_back({.name = name, .help = "help of " + std::string(name), .value = menu.items.size()});
  }
  return menu;
}

MenuAnswer press(Menu& menu, std::initializer_list<Key> keys, Size size = kSize) {
  auto answer = MenuAnswer::open;
  for (const auto& pressed : keys) answer = handle(menu, pressed, size);
  return answer;
}

MenuAnswer type(Menu& menu, std::u32string_view text) {
  auto answer = MenuAnswer::open;
  for (const char32_t c : text) answer = handle(menu, key(c), kSize);
  return answer;
}

std::string names_of(const Menu& menu) {
  std::string names;
  for (const auto& item : menu.items) names.append(names.empty() ? "" : " ").append(item.name);
  return names;
}

TEST_CASE("a menu shows a title, its items with the cursor's in its paint, and what the keys do", "[ptop]") {
  auto menu = menu_of({"alpha", "be", "gamma"});
  press(menu, {kDown});
  Frame frame;
  show_menu(frame, menu, kSize, {});
  CHECK(text_of(frame) ==
        "Choose:\n"
        "alpha  help of alpha\n"
        "be     help of be\n"
        "gamma  help of gamma\n"
        "\n"
        "Enter takes it  Esc leaves  typing jumps\n");
  CHECK(painted(frame, Paint::cursor) == "be     help of be");
}

TEST_CASE("a menu scrolls to keep the cursor in sight", "[ptop]") {
  auto menu = menu_of({"a", "b", "c", "d", "e", "f", "g"});
  press(menu, {kDown, kDown, kDown, kDown});
  Frame frame;
  show_menu(frame, menu, kSize, {});
  CHECK(text_of(frame).substr(0, 24) == "Choose:\nb  help of b\nc  ");
  press(menu, {key(Key::Kind::end)});
  CHECK(menu.cursor == 6);
  CHECK(menu.top == 3);
  press(menu, {key(Key::Kind::page_up)});
  CHECK(menu.cursor == 2);
  press(menu, {key(Key::Kind::home), kUp});
  CHECK(menu.cursor == 0);
}

TEST_CASE("typing jumps to the first item with a word that begins so", "[ptop]") {
  auto menu = menu_of({"1 HUP", "15 TERM", "19 STOP", "20 TSTP"});
  CHECK(type(menu, U"ts") == MenuAnswer::changed);
  CHECK(menu.cursor == 3);
  CHECK(type(menu, U"1") == MenuAnswer::changed);
  CHECK(menu.cursor == 0);
  CHECK(type(menu, U"5") == MenuAnswer::changed);
  CHECK(menu.cursor == 1);
  CHECK(menu.typed == "15");
}

TEST_CASE("a word that is equal goes before one that begins so, and that before one that holds it",
          "[ptop]") {
  auto menu = menu_of({"atop", "top5", "top"});
  type(menu, U"to");
  CHECK(menu.cursor == 1);
  type(menu, U"p");
  CHECK(menu.cursor == 2);
}

TEST_CASE("a letter with which nothing goes on begins another word, one in no item is nothing", "[ptop]") {
  auto menu = menu_of({"alpha", "beta"});
  type(menu, U"al");
  CHECK(type(menu, U"b") == MenuAnswer::changed);
  CHECK(menu.cursor == 1);
  CHECK(menu.typed == "b");
  CHECK(type(menu, U"z") == MenuAnswer::open);
  CHECK(menu.cursor == 1);
  CHECK(press(menu, {key(Key::Kind::backspace)}) == MenuAnswer::changed);
  CHECK(menu.typed.empty());
  CHECK(press(menu, {key(Key::Kind::backspace)}) == MenuAnswer::open);
}

TEST_CASE("Enter chooses, Escape and F10 leave, an empty menu has nothing to choose", "[ptop]") {
  auto menu = menu_of({"a", "b"});
  CHECK(press(menu, {kEnter}) == MenuAnswer::chosen);
  CHECK(press(menu, {key(Key::Kind::escape)}) == MenuAnswer::cancelled);
  CHECK(press(menu, {function_key(10)}) == MenuAnswer::cancelled);
  auto none = menu_of({});
  CHECK(press(none, {kDown, kUp, key(Key::Kind::end), key(U'a')}) == MenuAnswer::open);
  CHECK(press(none, {kEnter}) == MenuAnswer::cancelled);
}

TEST_CASE("Space turns an item of a list on and off, and Enter takes the list", "[ptop]") {
  auto menu = menu_of({"pid", "rss"}, MenuUse::arrange);
  CHECK(press(menu, {key(U' ')}) == MenuAnswer::changed);
  CHECK(menu.items[0].on);
  Frame frame;
  show_menu(frame, menu, kSize, {});
  CHECK(text_of(frame).starts_with("Choose:\n[x] pid  help of pid\n[ ] rss  help of rss\n"));
  press(menu, {key(U' ')});
  CHECK_FALSE(menu.items[0].on);
  CHECK(press(menu, {kEnter}) == MenuAnswer::chosen);
}

TEST_CASE("an item that is held moves with the cursor until it is let go", "[ptop]") {
  auto menu = menu_of({"a", "b", "c", "d"}, MenuUse::arrange);
  press(menu, {kRight, kDown, kDown});
  CHECK(names_of(menu) == "b c a d");
  CHECK(menu.cursor == 2);
  CHECK(press(menu, {kEnter}) == MenuAnswer::changed);
  CHECK_FALSE(menu.held);
  press(menu, {kUp});
  CHECK(names_of(menu) == "b c a d");
  press(menu, {kRight, key(Key::Kind::home), key(Key::Kind::left), kDown});
  CHECK(names_of(menu) == "c b a d");
}

TEST_CASE("a click goes to an item, a second takes it, and the wheel moves the cursor", "[ptop]") {
  auto menu = menu_of({"a", "b", "c", "d", "e", "f"});
  Key click{.kind = Key::Kind::mouse, .mouse = {.row = 2}};
  CHECK(press(menu, {click}) == MenuAnswer::changed);
  CHECK(menu.cursor == 1);
  click.mouse.twice = true;
  CHECK(press(menu, {click}) == MenuAnswer::chosen);
  click.mouse = {.row = 5};  // the hint
  CHECK(press(menu, {click}) == MenuAnswer::open);
  click.mouse = {.button = Mouse::Button::wheel_down};
  press(menu, {click});
  CHECK(menu.cursor == 4);
}

TEST_CASE("a menu fits into every size down to one character", "[ptop]") {
  auto menu = menu_of({"alpha", "漢字漢字", "gamma", "delta"}, MenuUse::arrange);
  for (std::size_t rows = 0; rows < 9; ++rows) {
    for (std::size_t columns = 0; columns < 30; ++columns) {
      const Size size{.columns = columns, .rows = rows};
      press(menu, {kDown, key(Key::Kind::page_down), kUp}, size);
      Frame frame;
      show_menu(frame, menu, size, {.utf8 = true});
      CHECK(frame.rows() == rows);
      for (const auto& line : frame.lines()) CHECK(line.columns() <= columns);
    }
  }
}

}  // namespace
}  // namespace pageloupe::ptop
