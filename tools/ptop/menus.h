// SPDX-License-Identifier: MIT
// The lists that ptop lets one choose from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "field/field.h"
#include "ptop/menu.h"

namespace pageloupe::ptop {

// Signals by number, the cursor at `current`. An item's value is the signal's number.
[[nodiscard]] Menu signal_menu(int current);

// Columns to order by, the cursor at `current` where that is one of them. An item's value is an index into
// `columns`.
[[nodiscard]] Menu sort_menu(std::span<const Column* const> columns, const Column* current);

// All columns, to be turned on and off and put in order: first those shown, in their order. An item's value
// is an index into `columns`.
[[nodiscard]] Menu columns_menu(std::span<const Column* const> columns, std::span<const Column* const> shown);

// The columns that are on, in the menu's order; `columns` is what the menu was made of.
[[nodiscard]] std::vector<const Column*> chosen_columns(const Menu& menu,
                                                        std::span<const Column* const> columns);

// Users to show the processes of: first all of them, whose value is 0; then `users[i]`, whose value is i + 1.
struct UserCount {
  std::string name{};
  std::size_t processes = 0;
};
[[nodiscard]] Menu user_menu(std::span<const UserCount> users);

}  // namespace pageloupe::ptop
