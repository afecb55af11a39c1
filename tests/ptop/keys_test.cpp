// SPDX-License-Identifier: MIT
#include "ptop/keys.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

TEST_CASE("every key of the table can be parsed and is bound once", "[ptop]") {
  std::map<std::string, const KeyBinding*> seen;
  for (const auto& binding : kKeyBindings) {
    auto rest = binding.keys;
    while (!rest.empty()) {
      const std::string text(take_word(rest));
      INFO(text);
      const auto key = parse_key(text);
      REQUIRE(key);
      CHECK(seen.emplace(text, &binding).second);
      CHECK(find_binding(*key) == &binding);
    }
  }
}

TEST_CASE("every action has a key and every section a title", "[ptop]") {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Action::count_); ++i) {
    INFO(i);
    CHECK(std::ranges::count(kKeyBindings, static_cast<Action>(i), &KeyBinding::action) == 1);
  }
  for (const auto& binding : kKeyBindings)
    CHECK(std::ranges::count(kKeySections, binding.section, &KeySectionName::section) == 1);
}

TEST_CASE("what acts on processes is marked as such", "[ptop]") {
  for (const auto action : {Action::kill, Action::renice, Action::nicer, Action::less_nice})
    CHECK(std::ranges::find(kKeyBindings, action, &KeyBinding::action)->acts);
  CHECK_FALSE(std::ranges::find(kKeyBindings, Action::tag, &KeyBinding::action)->acts);
}

TEST_CASE("a key is written as a name, a letter, with Ctrl, or by its number", "[ptop]") {
  CHECK(parse_key("F10") == function_key(10));
  CHECK(parse_key("^C") == control_key('C'));
  CHECK(parse_key("Space") == key(U' '));
  CHECK(parse_key("\\") == key(U'\\'));
  CHECK_FALSE(parse_key("Hyper"));
  CHECK_FALSE(parse_key(""));
}

}  // namespace
}  // namespace pageloupe::ptop
