// SPDX-License-Identifier: MIT
// What a person did at the terminal, before anything decides what it means.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pageloupe::ptop {

struct Mouse {
  enum class Button : std::uint8_t { left, middle, right, wheel_up, wheel_down };
  Button button = Button::left;
  bool twice = false;  // a double click
  // Counted from 0, from the top left of what is asked about: the whole screen, or the frame of a menu.
  std::size_t column = 0;
  std::size_t row = 0;
  friend bool operator==(const Mouse&, const Mouse&) = default;
};

struct Key {
  enum class Kind : std::uint8_t {
    character,  // `code`; with Ctrl held a letter is 1 to 26
    enter,
    escape,
    backspace,
    del,
    left,
    right,
    up,
    down,
    home,
    end,
    page_up,
    page_down,
    tab,
    back_tab,
    insert,
    function,  // `number`
    mouse,     // `mouse`
    resize,    // the terminal has another size
  };

  Kind kind = Kind::character;
  bool alt = false;  // Alt was held with it
  char32_t code = 0;
  int number = 0;  // of a function key, from 1
  Mouse mouse{};
  friend bool operator==(const Key&, const Key&) = default;
};

// The key of a character, of a letter with Ctrl held, of a function key, of any other.
[[nodiscard]] constexpr Key key(char32_t code) { return {.kind = Key::Kind::character, .code = code}; }
[[nodiscard]] constexpr Key key(Key::Kind kind) { return {.kind = kind}; }
[[nodiscard]] constexpr Key control_key(char letter) { return key(static_cast<char32_t>(letter & 0x1f)); }
[[nodiscard]] constexpr Key function_key(int number) {
  return {.kind = Key::Kind::function, .number = number};
}

// A character that is typed into a text.
[[nodiscard]] constexpr bool is_typed(const Key& key) {
  return key.kind == Key::Kind::character && !key.alt && key.code >= 0x20 && key.code != 0x7f;
}
static_assert(!is_typed(control_key('U')) && control_key('u') == control_key('U'));

}  // namespace pageloupe::ptop
