// SPDX-License-Identifier: MIT
// A line of text that is asked for below the screen: a filter, a name, a number.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ptop/key.h"
#include "ptop/line.h"

namespace pageloupe::ptop {

// What was answered to a prompt before: each kind of prompt has a history of its own.
class History {
 public:
  static constexpr std::size_t kMost = 100;

  // An empty line is not kept; one that is there already becomes the newest.
  void add(std::string line);
  // Oldest first.
  [[nodiscard]] std::span<const std::string> lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

struct Prompt {
  std::string label{};       // "Filter: "
  std::string text{};        // what was typed, UTF-8
  std::size_t cursor = 0;    // a byte of `text` where a character begins, or its end
  std::size_t recalled = 0;  // how far back in the history `text` is from; 0 is what was typed
  std::string draft{};       // what was typed, while a line of the history stands in its place
};

// With an answer that can be edited, the cursor behind it.
[[nodiscard]] Prompt ask(std::string_view label, std::string_view text = {});

enum class PromptAnswer : std::uint8_t {
  open,       // goes on; the text is as it was
  changed,    // goes on with another text
  accepted,   // Enter
  cancelled,  // Escape, Ctrl-C, Ctrl-G
};

// Inserts what is typed at the cursor. Left, Right, Home, End, Backspace, Delete, Up and Down in the history;
// and the keys of readline: Ctrl with A B D E F H K N P U W, Alt with B F.
[[nodiscard]] PromptAnswer edit(Prompt& prompt, const Key& key, const History& history);

// The prompt in one line of at most `columns`, scrolled so that the cursor is seen. Returns the cursor's
// column.
std::size_t show_prompt(Line& line, const Prompt& prompt, std::size_t columns, TextStyle style);

}  // namespace pageloupe::ptop
