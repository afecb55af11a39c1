// SPDX-License-Identifier: MIT
// A list to choose from: a signal, a column, a user. Typing jumps to what begins so.
#pragma once

#include <string>
#include <vector>

#include "ptop/key.h"
#include "ptop/line.h"

namespace pageloupe::ptop {

struct MenuItem {
  std::string name{};
  std::string help{};     // shown beside the name where there is room
  std::string words{};    // what typing may begin, blanks between; the name where empty
  bool on = false;        // in a menu that toggles: is checked
  std::size_t value = 0;  // the caller's own
};

// What can be done with the items beside choosing one.
enum class MenuUse : std::uint8_t {
  choose,   // Enter takes the one at the cursor
  arrange,  // Space turns items on and off; Right takes hold of one, which Up and Down then move; Enter takes
            // them all
};

struct Menu {
  std::string title{};
  MenuUse use = MenuUse::choose;
  std::vector<MenuItem> items{};
  std::size_t cursor = 0;
  std::size_t top = 0;  // the first item that is shown
  std::string typed{};  // so far, of the word that is looked for
  bool held = false;    // the item at the cursor moves with it
};

enum class MenuAnswer : std::uint8_t {
  open,       // goes on
  changed,    // goes on with another cursor, or other items on
  chosen,     // Enter, or a double click
  cancelled,  // Escape, Ctrl-C, F10; q where letters are not typed
};

// Rows of the list in a frame of that size.
[[nodiscard]] std::size_t menu_rows(Size size);

// `size` is that of the frame the menu was shown in last; a mouse key counts from its top left.
[[nodiscard]] MenuAnswer handle(Menu& menu, const Key& key, Size size);

// The title, the list, and in five rows or more what the keys do. No more than size.rows lines.
void show_menu(Frame& frame, const Menu& menu, Size size, TextStyle style);

}  // namespace pageloupe::ptop
