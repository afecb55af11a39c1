// SPDX-License-Identifier: MIT
#include "ptop/prompt.h"

#include <initializer_list>
#include <string>

#include "render/support.h"
#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

constexpr auto kLeft = key(Key::Kind::left);
constexpr auto kRight = key(Key::Kind::right);
constexpr auto kUp = key(Key::Kind::up);
constexpr auto kDown = key(Key::Kind::down);
constexpr auto kBackspace = key(Key::Kind::backspace);
constexpr auto kDelete = key(Key::Kind::del);
constexpr TextStyle kUtf8{.utf8 = true};

PromptAnswer press(Prompt& prompt, std::initializer_list<Key> keys, const History& history = {}) {
  auto answer = PromptAnswer::open;
  for (const auto& pressed : keys) answer = edit(prompt, pressed, history);
  return answer;
}

void type(Prompt& prompt, std::u32string_view text) {
  for (const char32_t c : text) static_cast<void>(edit(prompt, key(c), {}));
}

struct Shown {
  std::string text;
  std::size_t cursor = 0;
};
Shown shown(const Prompt& prompt, std::size_t columns) {
  Line line;
  const auto cursor = show_prompt(line, prompt, columns, kUtf8);
  CHECK(line.columns() <= columns);
  return {std::string(line.text()), cursor};
}

TEST_CASE("what is typed stands at the cursor, and a prompt begins behind its text", "[ptop]") {
  auto prompt = ask("Filter: ", "rss");
  type(prompt, U" > 1M");
  CHECK(prompt.text == "rss > 1M");
  CHECK(press(prompt, {key(Key::Kind::home), key(U'p')}) == PromptAnswer::changed);
  CHECK(prompt.text == "prss > 1M");
  CHECK(prompt.cursor == 1);
}

TEST_CASE("Backspace and Delete take a whole character of several bytes", "[ptop]") {
  auto prompt = ask("", "aé漢😀");
  CHECK(press(prompt, {kBackspace}) == PromptAnswer::changed);
  CHECK(prompt.text == "aé漢");
  press(prompt, {kLeft, kLeft, kDelete});
  CHECK(prompt.text == "a漢");
  press(prompt, {kRight, kBackspace});
  CHECK(prompt.text == "a");
}

TEST_CASE("characters of one to four bytes are kept as UTF-8", "[ptop]") {
  auto prompt = ask("");
  type(prompt, U"z\u00e9\u20ac\U0001f600");
  CHECK(prompt.text == "z\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST_CASE("the ends of the text are where editing ends", "[ptop]") {
  auto prompt = ask("", "a");
  CHECK(press(prompt, {kRight, kRight, kDelete}) == PromptAnswer::open);
  CHECK(press(prompt, {kLeft, kLeft, kBackspace}) == PromptAnswer::open);
  CHECK(prompt.text == "a");
  CHECK(prompt.cursor == 0);
}

TEST_CASE("Ctrl-W takes the word before the cursor, Ctrl-U all before it, Ctrl-K all behind it", "[ptop]") {
  auto prompt = ask("", "one two  three");
  press(prompt, {control_key('W')});
  CHECK(prompt.text == "one two  ");
  press(prompt, {control_key('W')});
  CHECK(prompt.text == "one ");
  prompt = ask("", "one two");
  press(prompt, {kLeft, kLeft, kLeft, control_key('U')});
  CHECK(prompt.text == "two");
  CHECK(prompt.cursor == 0);
  press(prompt, {kRight, control_key('K')});
  CHECK(prompt.text == "t");
}

TEST_CASE("Up and Down go through the history and come back to what was being typed", "[ptop]") {
  History history;
  history.add("first");
  history.add("second");
  auto prompt = ask("", "dra");
  CHECK(press(prompt, {kUp}, history) == PromptAnswer::changed);
  CHECK(prompt.text == "second");
  press(prompt, {kUp}, history);
  CHECK(prompt.text == "first");
  CHECK(press(prompt, {kUp}, history) == PromptAnswer::open);
  CHECK(prompt.text == "first");
  press(prompt, {kDown, kDown}, history);
  CHECK(prompt.text == "dra");
  CHECK(press(prompt, {kDown}, history) == PromptAnswer::open);
}

TEST_CASE("a history keeps each line once, the newest last, and no more than a hundred", "[ptop]") {
  History history;
  history.add("");
  CHECK(history.lines().empty());
  history.add("a");
  history.add("b");
  history.add("a");
  REQUIRE(history.lines().size() == 2);
  CHECK(history.lines().back() == "a");
  for (int i = 0; i < 200; ++i) history.add(std::to_string(i));
  CHECK(history.lines().size() == History::kMost);
  CHECK(history.lines().front() == "100");
}

TEST_CASE("Enter accepts, Escape and Ctrl-C and Ctrl-G cancel, a resize does nothing", "[ptop]") {
  auto prompt = ask("", "x");
  CHECK(press(prompt, {key(Key::Kind::enter)}) == PromptAnswer::accepted);
  CHECK(press(prompt, {key(Key::Kind::escape)}) == PromptAnswer::cancelled);
  CHECK(press(prompt, {control_key('C')}) == PromptAnswer::cancelled);
  CHECK(press(prompt, {control_key('G')}) == PromptAnswer::cancelled);
  CHECK(press(prompt, {key(Key::Kind::resize)}) == PromptAnswer::open);
  CHECK(press(prompt, {control_key('Q')}) == PromptAnswer::open);
  CHECK(prompt.text == "x");
}

TEST_CASE("a prompt shows its label, its text, and where the cursor is", "[ptop]") {
  const CharacterLocale locale("C.UTF-8");
  REQUIRE(locale.found());
  auto prompt = ask("Filter: ", "漢 > 1");
  const auto all = shown(prompt, 40);
  CHECK(all.text == "Filter: 漢 > 1");
  CHECK(all.cursor == 14);
  press(prompt, {key(Key::Kind::home)});
  CHECK(shown(prompt, 40).cursor == 8);
}

TEST_CASE("a text that is longer than the line is scrolled so that the cursor is seen", "[ptop]") {
  auto prompt = ask("Go: ", "0123456789abcdef");
  const auto end = shown(prompt, 12);
  CHECK(end.text == "Go: 9abcdef");
  CHECK(end.cursor == 11);
  press(prompt, {key(Key::Kind::home)});
  const auto begin = shown(prompt, 12);
  CHECK(begin.text == "Go: 01234567");
  CHECK(begin.cursor == 4);
}

TEST_CASE("a prompt has room in every width, and its cursor stays in the line", "[ptop]") {
  const CharacterLocale locale("C.UTF-8");
  const auto prompt = ask("Filter: ", "漢字漢字 and more");
  for (std::size_t columns = 1; columns < 40; ++columns) CHECK(shown(prompt, columns).cursor < columns);
  CHECK(shown(prompt, 0).text.empty());
}

TEST_CASE("what would move the terminal's cursor is shown as text", "[ptop]") {
  CHECK(shown(ask("", "a\x1b[2J"), 40).text == "a\\x1b[2J");
}

}  // namespace
}  // namespace pageloupe::ptop
