// SPDX-License-Identifier: MIT
#include "ptop/prompt.h"

#include <algorithm>
#include <array>
#include <cwchar>
#include <optional>

#include "render/utf8.h"

namespace pageloupe::ptop {
namespace {

void append_utf8(std::string& text, char32_t code) {
  const auto byte = [&text](std::uint32_t bits) { text += static_cast<char>(bits); };
  const std::uint32_t c = code;
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xc0 | c >> 6);
  } else {
    if (c < 0x10000) {
      byte(0xe0 | c >> 12);
    } else {
      byte(0xf0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3f));
    }
    byte(0x80 | (c >> 6 & 0x3f));
  }
  byte(0x80 | (c & 0x3f));
}

// Where the character behind `at` begins; what combines with a character belongs to it.
std::size_t next_character(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  at += first_code_point(text.substr(at)).length;
  while (at < text.size()) {
    const auto c = first_code_point(text.substr(at));
    if (!c.valid || c.value < 0x80 || ::wcwidth(static_cast<wchar_t>(c.value)) != 0) break;
    at += c.length;
  }
  return at;
}

std::size_t character_before(std::string_view text, std::size_t at) {
  std::size_t before = 0;
  for (std::size_t next = 0; next < at; next = next_character(text, next)) before = next;
  return before;
}

// Words are what blanks part, as for Ctrl-W.
std::size_t word_before(std::string_view text, std::size_t at) {
  while (at > 0 && text[at - 1] == ' ') --at;
  while (at > 0 && text[at - 1] != ' ') --at;
  return at;
}

std::size_t word_behind(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  while (at < text.size() && text[at] != ' ') ++at;
  return at;
}

enum class Edit : std::uint8_t {
  left,
  right,
  home,
  end,
  word_left,
  word_right,
  erase_before,
  erase_at,
  erase_word,
  erase_to_begin,
  erase_to_end,
  older,
  newer,
  accept,
  cancel
};

struct EditKey {
  Key key;
  Edit edit;
};

constexpr Key alt_key(char letter) { return {.alt = true, .code = static_cast<char32_t>(letter)}; }

constexpr auto kEditKeys = std::to_array<EditKey>({
    {key(Key::Kind::left), Edit::left},
    {control_key('B'), Edit::left},
    {key(Key::Kind::right), Edit::right},
    {control_key('F'), Edit::right},
    {key(Key::Kind::home), Edit::home},
    {control_key('A'), Edit::home},
    {key(Key::Kind::end), Edit::end},
    {control_key('E'), Edit::end},
    {alt_key('b'), Edit::word_left},
    {alt_key('f'), Edit::word_right},
    {key(Key::Kind::backspace), Edit::erase_before},
    {control_key('H'), Edit::erase_before},
    {key(Key::Kind::del), Edit::erase_at},
    {control_key('D'), Edit::erase_at},
    {control_key('W'), Edit::erase_word},
    {control_key('U'), Edit::erase_to_begin},
    {control_key('K'), Edit::erase_to_end},
    {key(Key::Kind::up), Edit::older},
    {control_key('P'), Edit::older},
    {key(Key::Kind::down), Edit::newer},
    {control_key('N'), Edit::newer},
    {key(Key::Kind::enter), Edit::accept},
    {key(Key::Kind::escape), Edit::cancel},
    {control_key('C'), Edit::cancel},
    {control_key('G'), Edit::cancel},
});

PromptAnswer replace(Prompt& prompt, std::string text) {
  const bool same = text == prompt.text;
  prompt.text = std::move(text);
  prompt.cursor = prompt.text.size();
  return same ? PromptAnswer::open : PromptAnswer::changed;
}

PromptAnswer recall(Prompt& prompt, const History& history, std::size_t back) {
  const auto lines = history.lines();
  if (back > lines.size()) return PromptAnswer::open;
  if (prompt.recalled == 0) prompt.draft = prompt.text;
  prompt.recalled = back;
  return replace(prompt, back == 0 ? prompt.draft : lines[lines.size() - back]);
}

PromptAnswer erase(Prompt& prompt, std::size_t from, std::size_t to) {
  if (from == to) return PromptAnswer::open;
  prompt.text.erase(from, to - from);
  prompt.cursor = from;
  return PromptAnswer::changed;
}

PromptAnswer apply(Prompt& prompt, Edit what, const History& history) {
  auto& at = prompt.cursor;
  const std::string_view text = prompt.text;
  switch (what) {
    case Edit::left: at = character_before(text, at); break;
    case Edit::right: at = next_character(text, at); break;
    case Edit::home: at = 0; break;
    case Edit::end: at = text.size(); break;
    case Edit::word_left: at = word_before(text, at); break;
    case Edit::word_right: at = word_behind(text, at); break;
    case Edit::erase_before: return erase(prompt, character_before(text, at), at);
    case Edit::erase_at: return erase(prompt, at, next_character(text, at));
    case Edit::erase_word: return erase(prompt, word_before(text, at), at);
    case Edit::erase_to_begin: return erase(prompt, 0, at);
    case Edit::erase_to_end: return erase(prompt, at, text.size());
    case Edit::older: return recall(prompt, history, prompt.recalled + 1);
    case Edit::newer:
      return prompt.recalled == 0 ? PromptAnswer::open : recall(prompt, history, prompt.recalled - 1);
    case Edit::accept: return PromptAnswer::accepted;
    case Edit::cancel: return PromptAnswer::cancelled;
  }
  return PromptAnswer::open;
}

std::size_t columns_of(std::string_view text, TextStyle style) {
  Buffer scratch;
  return append_escaped(scratch, text, style);
}

}  // namespace

void History::add(std::string line) {
  if (line.empty()) return;
  std::erase(lines_, line);
  lines_.push_back(std::move(line));
  if (lines_.size() > kMost) lines_.erase(lines_.begin());
}

Prompt ask(std::string_view label, std::string_view text) {
  return {.label = std::string(label), .text = std::string(text), .cursor = text.size()};
}

PromptAnswer edit(Prompt& prompt, const Key& key, const History& history) {
  prompt.cursor = std::min(prompt.cursor, prompt.text.size());
  if (is_typed(key)) {
    std::string typed;
    append_utf8(typed, key.code);
    prompt.text.insert(prompt.cursor, typed);
    prompt.cursor += typed.size();
    return PromptAnswer::changed;
  }
  const auto found = std::ranges::find(kEditKeys, key, &EditKey::key);
  return found == kEditKeys.end() ? PromptAnswer::open : apply(prompt, found->edit, history);
}

std::size_t show_prompt(Line& line, const Prompt& prompt, std::size_t columns, TextStyle style) {
  if (columns == 0) return 0;
  // A narrow terminal shows what is typed rather than what is asked.
  constexpr std::size_t kLeastText = 8;
  const auto label_room = columns > kLeastText ? columns - kLeastText : 0;
  const auto label_columns = std::min(columns_of(prompt.label, style), label_room);
  line.add_fitted(Paint::label, prompt.label, label_columns, style);
  const auto room = columns - label_columns;
  const std::string_view text = prompt.text;
  const auto cursor = std::min(prompt.cursor, text.size());
  std::size_t from = 0;
  auto before = columns_of(text.substr(0, cursor), style);
  while (before >= room && from < cursor) {
    from = next_character(text, from);
    before = columns_of(text.substr(from, cursor - from), style);
  }
  line.add_text(Paint::plain, text.substr(from), style);
  line.cut(columns);
  return std::min(label_columns + before, columns - 1);
}

}  // namespace pageloupe::ptop
