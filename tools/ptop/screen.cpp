// SPDX-License-Identifier: MIT
#include "ptop/screen.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cwchar>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

#define NCURSES_NOMACROS
#include <curses.h>

#include "ptop/theme.h"

namespace pageloupe::ptop {
namespace {

constexpr int kEscapeWait = 25;  // ms in which the rest of a key's sequence follows

struct CursesKey {
  int code;
  Key::Kind kind;
};
constexpr auto kCursesKeys = std::to_array<CursesKey>({
    {KEY_UP, Key::Kind::up},
    {KEY_DOWN, Key::Kind::down},
    {KEY_LEFT, Key::Kind::left},
    {KEY_RIGHT, Key::Kind::right},
    {KEY_HOME, Key::Kind::home},
    {KEY_END, Key::Kind::end},
    {KEY_PPAGE, Key::Kind::page_up},
    {KEY_NPAGE, Key::Kind::page_down},
    {KEY_BTAB, Key::Kind::back_tab},
    {KEY_IC, Key::Kind::insert},
    {KEY_DC, Key::Kind::del},
    {KEY_BACKSPACE, Key::Kind::backspace},
    {KEY_ENTER, Key::Kind::enter},
    {KEY_RESIZE, Key::Kind::resize},
});

struct ControlKey {
  wint_t code;
  Key::Kind kind;
};
constexpr auto kControlKeys = std::to_array<ControlKey>({
    {L'\n', Key::Kind::enter},
    {L'\r', Key::Kind::enter},
    {L'\t', Key::Kind::tab},
    {0x1b, Key::Kind::escape},
    {0x7f, Key::Kind::backspace},
    {0x08, Key::Kind::backspace},
});

// The one terminal of the process, for a fatal signal.
struct Saved {
  termios modes{};
  bool valid = false;
};
Saved saved;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a signal handler has no other way

std::optional<Key> mouse_key() {
  MEVENT event{};
  if (::getmouse(&event) != OK) return std::nullopt;
  struct Button {
    mmask_t mask;
    Mouse::Button button;
    bool twice;
  };
  constexpr auto kButtons = std::to_array<Button>({
      {BUTTON1_DOUBLE_CLICKED, Mouse::Button::left, true},
      {BUTTON1_CLICKED | BUTTON1_PRESSED, Mouse::Button::left, false},
      {BUTTON2_CLICKED | BUTTON2_PRESSED, Mouse::Button::middle, false},
      {BUTTON3_CLICKED | BUTTON3_PRESSED, Mouse::Button::right, false},
      {BUTTON4_PRESSED, Mouse::Button::wheel_up, false},
      {BUTTON5_PRESSED, Mouse::Button::wheel_down, false},
  });
  for (const auto& known : kButtons) {
    if ((event.bstate & known.mask) == 0) continue;
    Key key{.kind = Key::Kind::mouse};
    key.mouse = {.button = known.button,
                 .twice = known.twice,
                 .column = static_cast<std::size_t>(std::max(event.x, 0)),
                 .row = static_cast<std::size_t>(std::max(event.y, 0))};
    return key;
  }
  return std::nullopt;
}

std::optional<Key> special_key(int code) {
  if (code == KEY_MOUSE) return mouse_key();
  for (const auto& known : kCursesKeys) {
    if (known.code == code) return key(known.kind);
  }
  if (code > KEY_F0 && code <= KEY_F0 + 63) return function_key(code - KEY_F0);
  return std::nullopt;
}

}  // namespace

struct Screen::State {
  SCREEN* screen = nullptr;
  bool color = false;
  std::array<attr_t, kPaintLooks.size()> attributes{};
  std::array<short, kPaintLooks.size()> pairs{};

  void set_looks(bool wanted);
  void draw_line(int row, const Line& line);
};

void Screen::State::set_looks(bool wanted) {
  color = wanted && ::has_colors();
  for (const auto& look : kPaintLooks) {
    const auto i = static_cast<std::size_t>(look.paint);
    attributes[i] = (look.bold ? A_BOLD : A_NORMAL) | (look.reverse ? A_REVERSE : A_NORMAL) |
                    (look.underline ? A_UNDERLINE : A_NORMAL) | (look.dim ? A_DIM : A_NORMAL);
    pairs[i] = 0;
    if (!color || (look.color < 0 && look.background < 0)) continue;
    pairs[i] = static_cast<short>(i + 1);
    ::init_pair(pairs[i], look.color, look.background);
  }
}

void Screen::State::draw_line(int row, const Line& line) {
  ::wmove(stdscr, row, 0);
  std::size_t at = 0;
  for (const auto& piece : line.pieces()) {
    const auto i = static_cast<std::size_t>(piece.paint);
    ::wattr_set(stdscr, attributes[i], pairs[i], nullptr);
    ::waddnstr(stdscr, line.text().data() + at, static_cast<int>(piece.bytes));
    at += piece.bytes;
  }
  ::wattr_set(stdscr, A_NORMAL, 0, nullptr);
}

Screen::Screen(std::unique_ptr<State> state) : state_(std::move(state)) {}
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;

Screen::~Screen() {
  if (!state_) return;
  ::endwin();
  ::delscreen(state_->screen);
  saved.valid = false;
}

std::expected<Screen, std::string> Screen::open(const ScreenOptions& options) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
    return std::unexpected(
        "standard input and output must be a terminal; 'pstat -d' writes to a file or a pipe");
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): before any thread
  const std::string name = term != nullptr ? term : "";
  saved.valid = ::tcgetattr(STDIN_FILENO, &saved.modes) == 0;
  auto state = std::make_unique<State>();
  if (!name.empty()) state->screen = ::newterm(nullptr, stdout, stdin);
  if (state->screen == nullptr)
    return std::unexpected(
        "the terminal '" + name +
        "' is not known here; set TERM (xterm, linux, screen), or set TERM to one that can");
  const char* place = ::tigetstr("cup");
  // NOLINTNEXTLINE(performance-no-int-to-ptr): terminfo's sign for what is no text
  if (place == nullptr || place == reinterpret_cast<const char*>(-1)) {
    ::endwin();
    ::delscreen(state->screen);
    return std::unexpected("the terminal '" + name + "' cannot place its cursor; set TERM to one that can");
  }
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(kEscapeWait);
  ::curs_set(0);
  if (::has_colors()) {
    ::start_color();
    ::use_default_colors();
  }
  state->set_looks(options.color);
  if (options.mouse) {
    ::mouseinterval(0);
    ::mousemask(ALL_MOUSE_EVENTS, nullptr);
  }
  return Screen(std::move(state));
}

Size Screen::size() const {
  return {.columns = static_cast<std::size_t>(std::max(::getmaxx(stdscr), 0)),
          .rows = static_cast<std::size_t>(std::max(::getmaxy(stdscr), 0))};
}

void Screen::draw(const Frame& frame, std::optional<Place> cursor) {
  const auto rows = size().rows;
  ::werase(stdscr);
  for (std::size_t row = 0; row < std::min(rows, frame.rows()); ++row)
    state_->draw_line(static_cast<int>(row), frame.lines()[row]);
  ::curs_set(cursor ? 1 : 0);
  if (cursor) ::wmove(stdscr, static_cast<int>(cursor->row), static_cast<int>(cursor->column));
  ::wrefresh(stdscr);
}

std::optional<Key> Screen::read_key() {
  wint_t code = 0;
  const int kind = ::wget_wch(stdscr, &code);
  if (kind == ERR) return std::nullopt;
  if (kind == KEY_CODE_YES) return special_key(static_cast<int>(code));
  for (const auto& known : kControlKeys) {
    if (known.code == code) return key(known.kind);
  }
  return key(static_cast<char32_t>(code));
}

int Screen::input() const { return STDIN_FILENO; }

void Screen::set_color(bool color) { state_->set_looks(color); }

void Screen::forget() { ::clearok(stdscr, TRUE); }

void Screen::leave() { ::endwin(); }

void Screen::enter() {
  forget();
  ::wrefresh(stdscr);
}

void restore_terminal_now() {
  if (!saved.valid) return;
  // Leaves the other screen, shows the cursor, ends colours and mouse reports: what xterm and its kin
  // understand.
  constexpr std::string_view kEnd = "\x1b[?1006l\x1b[?1000l\x1b[?1049l\x1b[?25h\x1b[0m\r\n";
  // A terminal that takes nothing must not hold this up: what it has not taken is dropped.
  const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
  ::fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
  ::tcflush(STDOUT_FILENO, TCOFLUSH);
  std::ignore = ::write(STDOUT_FILENO, kEnd.data(), kEnd.size());
  std::ignore = ::tcsetattr(STDIN_FILENO, TCSANOW, &saved.modes);
  ::fcntl(STDOUT_FILENO, F_SETFL, flags);
}

}  // namespace pageloupe::ptop
