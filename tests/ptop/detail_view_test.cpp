// SPDX-License-Identifier: MIT
#include "ptop/detail_view.h"

#include <initializer_list>

#include "ptop/detail.h"
#include "ptop/frames.h"
#include "support/catch.h"
#include "support/detail_fixture.h"

namespace pageloupe::ptop {
namespace {

constexpr Size kSize{.columns = 80, .rows = 24};
constexpr auto kDown = key(Key::Kind::down);
constexpr auto kEnter = key(Key::Kind::enter);
constexpr auto kEscape = key(Key::Kind::escape);
constexpr auto kTab = key(Key::Kind::tab);

struct Looking {
  DetailData data{};
  DetailView view{};

  explicit Looking(std::initializer_list<DetailTab> tabs) {
    const DetailFixture fixture;
    for (const auto tab : tabs) fixture.read_into(data, tab);
    arrange(view, data);
  }
  DetailAnswer press(std::initializer_list<Key> keys, Size size = kSize) {
    auto answer = DetailAnswer::open;
    for (const auto& pressed : keys) answer = handle(view, data, pressed, size);
    return answer;
  }
  // The cursor's line.
  [[nodiscard]] std::string at_cursor() const {
    Frame frame;
    show_detail(frame, data, view, kSize);
    const auto lines = painted(frame, Paint::cursor);
    return lines.substr(lines.find('|') + 1);
  }
};

TEST_CASE("Tab and Right go round the tabs, Shift-Tab and Left the other way, digits to one", "[ptop]") {
  Looking looking({});
  looking.press({kTab, key(Key::Kind::right)});
  CHECK(looking.view.tab == DetailTab::threads);
  looking.press({kTab, kTab, kTab});
  CHECK(looking.view.tab == DetailTab::map);
  looking.press({key(Key::Kind::left)});
  CHECK(looking.view.tab == DetailTab::environment);
  looking.press({key(U'2')});
  CHECK(looking.view.tab == DetailTab::memory);
}

TEST_CASE("Enter on a kind shows its mappings, and again the kinds with the cursor where it was", "[ptop]") {
  Looking looking({DetailTab::map});
  CHECK(looking.at_cursor().starts_with("heap"));
  looking.press({kDown});
  const auto kind = looking.at_cursor();
  looking.press({key(Key::Kind::home), kEnter});
  CHECK(looking.view.list() == DetailList::mappings);
  CHECK(looking.view.place().rows.size() == 1);
  CHECK(looking.at_cursor().starts_with("000001000000"));
  looking.press({kEnter, kDown});
  CHECK(looking.view.list() == DetailList::kinds);
  CHECK(looking.at_cursor() == kind);
}

TEST_CASE("k shows all mappings by address, s orders them by size, R the other way round", "[ptop]") {
  Looking looking({DetailTab::map});
  looking.press({key(U'k')});
  CHECK(looking.view.place().rows == std::vector<std::size_t>{0, 1, 2, 3});
  looking.press({key(U's')});
  CHECK(looking.view.place().rows == std::vector<std::size_t>{1, 3, 0, 2});
  looking.press({key(U'R')});
  CHECK(looking.view.place().rows == std::vector<std::size_t>{2, 0, 3, 1});
  looking.press({key(U's')});
  CHECK(order_of(looking.view)->column == "resident");
  CHECK(order_of(looking.view)->descending);
}

TEST_CASE("the cursor stays on its mapping when the order changes and when others come before it", "[ptop]") {
  Looking looking({DetailTab::map});
  looking.press({key(U'k'), key(Key::Kind::end)});
  const auto stack = looking.at_cursor();
  CHECK(stack.starts_with("7ffd00000000"));
  looking.press({key(U's')});
  CHECK(looking.at_cursor() == stack);
  const DetailFixture fixture;
  fixture.proc().file(
      42, "smaps",
      smaps_text({"00200000-00201000 rw-p 00000000 00:00 0 ", 4096, 4, 4, 4, 0}) +
          smaps_text({"7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                          [stack]", 132,
                      8, 8, 8, 0}));
  fixture.read_into(looking.data, DetailTab::map);
  arrange(looking.view, looking.data);
  CHECK(looking.at_cursor() == stack);
}

TEST_CASE("a list that shrinks below the cursor takes the cursor along", "[ptop]") {
  Looking looking({DetailTab::map});
  looking.press({key(U'k'), key(Key::Kind::end)});
  const DetailFixture fixture;
  fixture.proc().file(42, "smaps", smaps_text({"00200000-00201000 rw-p 00000000 00:00 0 ", 4, 4, 4, 4, 0}));
  fixture.read_into(looking.data, DetailTab::map);
  arrange(looking.view, looking.data);
  CHECK(looking.view.place().cursor == 0);
  CHECK(looking.at_cursor().starts_with("000000200000"));
}

TEST_CASE("the environment is asked for by Enter, not by looking at its tab", "[ptop]") {
  Looking looking({});
  CHECK(looking.press({key(U'5')}) == DetailAnswer::open);
  CHECK_FALSE(looking.view.environment_asked);
  CHECK(looking.press({kEnter}) == DetailAnswer::read_again);
  CHECK(looking.view.environment_asked);
}

TEST_CASE("Escape, q and F10 close, r and F5 read again, a key of no meaning does nothing", "[ptop]") {
  Looking looking({DetailTab::map});
  CHECK(looking.press({kEscape}) == DetailAnswer::closed);
  CHECK(looking.press({key(U'q')}) == DetailAnswer::closed);
  CHECK(looking.press({function_key(10)}) == DetailAnswer::closed);
  CHECK(looking.press({key(U'r')}) == DetailAnswer::read_again);
  CHECK(looking.press({function_key(5)}) == DetailAnswer::read_again);
  CHECK(looking.press({key(U'~'), key(Key::Kind::resize)}) == DetailAnswer::open);
}

TEST_CASE("lists without a cursor scroll to their end and no further", "[ptop]") {
  constexpr Size kSmall{.columns = 80, .rows = 10};
  Looking looking({DetailTab::memory});
  looking.press({key(U'2'), key(Key::Kind::end), kDown}, kSmall);
  Frame frame;
  show_detail(frame, looking.data, looking.view, kSmall);
  CHECK(ContainsSubstring("commit").match(text_of(frame)));
  const auto top = looking.view.place().top;
  looking.press({key(Key::Kind::page_up)}, kSmall);
  CHECK(looking.view.place().top == top - detail_rows(kSmall, looking.view));
  looking.press({key(Key::Kind::home)}, kSmall);
  CHECK(looking.view.place().top == 0);
}

TEST_CASE("a click chooses a tab or a row, a second click opens it, the wheel moves", "[ptop]") {
  Looking looking({DetailTab::map, DetailTab::threads});
  Key mouse{.kind = Key::Kind::mouse, .mouse = {.column = 14, .row = 1}};
  looking.press({mouse});
  CHECK(looking.view.tab == DetailTab::threads);
  mouse.mouse = {.column = 2, .row = 1};
  looking.press({mouse});
  CHECK(looking.view.tab == DetailTab::map);
  mouse.mouse = {.column = 2, .row = 5};
  looking.press({mouse});
  CHECK(looking.view.place().cursor == 2);
  mouse.mouse = {.button = Mouse::Button::wheel_up};
  looking.press({mouse});
  CHECK(looking.view.place().cursor == 0);
  mouse.mouse = {.twice = true, .column = 2, .row = 3};
  looking.press({mouse});
  CHECK(looking.view.list() == DetailList::mappings);
  mouse.mouse = {.column = 2, .row = 23};
  looking.press({mouse});
  CHECK(looking.view.place().cursor == 0);
}

TEST_CASE("every key of the details has a name and a help of its own table", "[ptop]") {
  for (const auto& info : detail_keys()) {
    CAPTURE(info.name);
    CHECK_FALSE(info.name.empty());
    CHECK_FALSE(info.help.empty());
    CHECK(detail_action(info.key) == info.action);
  }
  CHECK_FALSE(detail_action(key(U'z')));
}

}  // namespace
}  // namespace pageloupe::ptop
