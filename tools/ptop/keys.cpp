// SPDX-License-Identifier: MIT
#include "ptop/keys.h"

#include <algorithm>

#include "base/text.h"
#include "render/utf8.h"

namespace pageloupe::ptop {
namespace {

struct NamedKey {
  std::string_view name{};
  Key key{};
};
constexpr auto kNamedKeys = std::to_array<NamedKey>({
    {"Up", key(Key::Kind::up)},
    {"Down", key(Key::Kind::down)},
    {"Left", key(Key::Kind::left)},
    {"Right", key(Key::Kind::right)},
    {"PgUp", key(Key::Kind::page_up)},
    {"PgDn", key(Key::Kind::page_down)},
    {"Home", key(Key::Kind::home)},
    {"End", key(Key::Kind::end)},
    {"Enter", key(Key::Kind::enter)},
    {"Tab", key(Key::Kind::tab)},
    {"BackTab", key(Key::Kind::back_tab)},
    {"Space", key(U' ')},
});

}  // namespace

std::optional<Key> parse_key(std::string_view text) {
  const auto named = std::ranges::find(kNamedKeys, text, &NamedKey::name);
  if (named != kNamedKeys.end()) return named->key;
  if (text.size() == 2 && text[0] == '^') return control_key(text[1]);
  if (text.size() > 1 && text[0] == 'F') {
    if (const auto number = to_number<int>(text.substr(1))) return function_key(*number);
  }
  if (text.empty()) return std::nullopt;
  const auto point = first_code_point(text);
  if (!point.valid || point.length != text.size()) return std::nullopt;
  return key(point.value);
}

const KeyBinding* find_binding(const Key& key) {
  for (const auto& binding : kKeyBindings) {
    auto rest = binding.keys;
    while (!rest.empty()) {
      if (parse_key(take_word(rest)) == key) return &binding;
    }
  }
  return nullptr;
}

}  // namespace pageloupe::ptop
