// SPDX-License-Identifier: MIT
#include "ptop/menus.h"

#include <algorithm>
#include <csignal>

#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "process"},
    {.name = "rss", .header = "RSS", .aliases = "rssize RES:RES", .help = "resident"},
    {.name = "vsz", .header = "VSZ", .help = "reserved"},
});
constexpr auto kPointers = pointers_to(kColumns);

TEST_CASE("the menu of signals has each once, and its cursor on the one that is proposed", "[ptop]") {
  auto menu = signal_menu(SIGTERM);
  CHECK(menu.items[menu.cursor].name == "15 SIGTERM");
  CHECK(menu.items[menu.cursor].value == SIGTERM);
  CHECK(menu.items.front().name == " 1 SIGHUP");
  CHECK(menu.items.back().name == "64 SIGRTMAX");
  for (const char32_t c : std::u32string_view(U"kill")) static_cast<void>(handle(menu, key(c), {}));
  CHECK(menu.items[menu.cursor].value == SIGKILL);
  for (const char32_t c : std::u32string_view(U"sigst")) static_cast<void>(handle(menu, key(c), {}));
  CHECK(signal_menu(0).cursor == 0);
}

TEST_CASE("the menu of columns begins with those shown, and gives back those that are on", "[ptop]") {
  const auto shown = std::to_array<const Column*>({kPointers[2], kPointers[0]});
  auto menu = columns_menu(kPointers, shown);
  REQUIRE(menu.items.size() == 3);
  CHECK(menu.items[0].name == "vsz");
  CHECK(menu.items[2].name == "rss");
  CHECK(chosen_columns(menu, kPointers) == std::vector<const Column*>(shown.begin(), shown.end()));
  menu.items[0].on = false;
  menu.items[2].on = true;
  CHECK(chosen_columns(menu, kPointers) == std::vector<const Column*>{kPointers[0], kPointers[1]});
}

TEST_CASE("a column is found by its other names as well", "[ptop]") {
  auto menu = sort_menu(kPointers, kPointers[2]);
  CHECK(menu.cursor == 2);
  for (const char32_t c : std::u32string_view(U"res")) static_cast<void>(handle(menu, key(c), {}));
  CHECK(menu.items[menu.cursor].value == 1);
}

TEST_CASE("the menu of users begins with all of them", "[ptop]") {
  const std::vector<UserCount> users{{.name = "root", .processes = 40}, {.name = "mail", .processes = 1}};
  const auto menu = user_menu(users);
  REQUIRE(menu.items.size() == 3);
  CHECK(menu.items[0].value == 0);
  CHECK(menu.items[1].value == 1);
  CHECK(menu.items[1].help == "40 processes");
  CHECK(menu.items[2].help == "1 process");
}

}  // namespace
}  // namespace pageloupe::ptop
