// SPDX-License-Identifier: MIT
#include "ptop/menus.h"

#include <algorithm>

#include "render/format.h"
#include "sample/signals.h"

namespace pageloupe::ptop {
namespace {

MenuItem column_item(const Column& column, std::size_t index) {
  auto words = std::string(column.name) + " " + std::string(column.header) + " " + alias_names(column);
  return {.name = std::string(column.name),
          .help = std::string(column.help),
          .words = std::move(words),
          .value = index};
}

}  // namespace

Menu signal_menu(int current) {
  Menu menu{.title = "Send a signal:"};
  for (const int number : signal_numbers()) {
    const auto name = signal_name(number);
    if (number == current) menu.cursor = menu.items.size();
    menu.items.push_back({.name = format_text("{:2} SIG{}", number, name),
                          .help = std::string(signal_help(number)),
                          .words = format_text("{} {} SIG{}", number, name, name),
                          .value = static_cast<std::size_t>(number)});
  }
  return menu;
}

Menu sort_menu(std::span<const Column* const> columns, const Column* current) {
  Menu menu{.title = "Order by:"};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == current) menu.cursor = i;
    menu.items.push_back(column_item(*columns[i], i));
  }
  return menu;
}

Menu columns_menu(std::span<const Column* const> columns, std::span<const Column* const> shown) {
  Menu menu{.title = "Columns:", .use = MenuUse::arrange};
  const auto add = [&](const Column* column, bool on) {
    const auto at = std::ranges::find(columns, column);
    if (at == columns.end()) return;
    menu.items.push_back(column_item(*column, static_cast<std::size_t>(at - columns.begin())));
    menu.items.back().on = on;
  };
  for (const auto* column : shown) add(column, true);
  for (const auto* column : columns) {
    if (std::ranges::find(shown, column) == shown.end()) add(column, false);
  }
  return menu;
}

std::vector<const Column*> chosen_columns(const Menu& menu, std::span<const Column* const> columns) {
  std::vector<const Column*> chosen;
  for (const auto& item : menu.items) {
    if (item.on && item.value < columns.size()) chosen.push_back(columns[item.value]);
  }
  return chosen;
}

Menu user_menu(std::span<const UserCount> users) {
  Menu menu{.title = "Processes of:"};
  menu.items.push_back({.name = "all users"});
  for (const auto& user : users) {
    menu.items.push_back(
        {.name = user.name,
         .help = format_text("{} {}", user.processes, user.processes == 1 ? "process" : "processes"),
         .value = menu.items.size()});
  }
  return menu;
}

}  // namespace pageloupe::ptop
