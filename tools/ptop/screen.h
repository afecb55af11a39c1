// SPDX-License-Identifier: MIT
// The terminal: the only place that knows ncurses.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "ptop/key.h"
#include "ptop/line.h"

namespace pageloupe::ptop {

struct ScreenOptions {
  bool color = true;
  bool mouse = true;
};

class Screen {
 public:
  // Takes the terminal over. Errors: a message for the user: no terminal, an unknown TERM, one that cannot
  // place its cursor.
  [[nodiscard]] static std::expected<Screen, std::string> open(const ScreenOptions& options);

  Screen(Screen&&) noexcept;
  Screen& operator=(Screen&&) noexcept;
  // Gives it back as it was.
  ~Screen();

  [[nodiscard]] Size size() const;

  // Shows the frame; only what differs from the one before goes to the terminal. The cursor stands at the
  // place, or is hidden.
  struct Place {
    std::size_t column = 0;
    std::size_t row = 0;
  };
  void draw(const Frame& frame, std::optional<Place> cursor = std::nullopt);

  // A key that has been pressed; nothing when none waits.
  [[nodiscard]] std::optional<Key> read_key();

  // Where keys come from, for poll(2).
  [[nodiscard]] int input() const;

  void set_color(bool color);
  // Everything is sent anew with the next frame: the terminal was disturbed.
  void forget();
  // Gives the terminal back for a while, and takes it again.
  void leave();
  void enter();

 private:
  struct State;
  explicit Screen(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What a signal handler may call: the terminal as it was before, whatever state the screen is in.
void restore_terminal_now();

}  // namespace pageloupe::ptop
