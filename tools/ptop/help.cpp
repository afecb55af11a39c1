// SPDX-License-Identifier: MIT
#include "ptop/help.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "ptop/keys.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kKeyColumns = 16;

struct HelpLine {
  std::string_view title{};             // of a section, else
  const KeyBinding* binding = nullptr;  // of a key, else blank
};

std::vector<HelpLine> all_lines() {
  std::vector<HelpLine> lines;
  for (const auto& section : kKeySections) {
    if (!lines.empty()) lines.push_back({});
    lines.push_back({.title = section.title});
    for (const auto& binding : kKeyBindings) {
      if (binding.section == section.section) lines.push_back({.binding = &binding});
    }
  }
  return lines;
}

}  // namespace

std::size_t help_lines() { return all_lines().size() + 2; }

void add_help(Frame& frame, std::size_t top, Size size) {
  const auto lines = all_lines();
  if (size.rows == 0) return;
  auto& title = frame.next();
  title.add(Paint::heading,
            " ptop " PAGELOUPE_VERSION ": keys.  Up, Down, PgUp, PgDn scroll; any other key goes back. ");
  title.fill(Paint::heading, size.columns);
  title.cut(size.columns);
  for (auto i = std::min(top, lines.size()); i < lines.size() && frame.rows() < size.rows; ++i) {
    auto& line = frame.next();
    if (lines[i].binding == nullptr) {
      line.add(Paint::label, lines[i].title);
    } else {
      line.add(Paint::plain, "  ");
      line.add(Paint::strong, lines[i].binding->keys);
      line.fill(Paint::plain, kKeyColumns);
      line.add(Paint::plain, lines[i].binding->help);
    }
    line.cut(size.columns);
  }
}

void append_keys_mdoc(Buffer& buffer) {
  for (const auto& section : kKeySections) {
    append_format(buffer, ".Ss {}\n.Bl -tag -width \"Up, Down\"\n", section.title);
    for (const auto& binding : kKeyBindings) {
      if (binding.section != section.section) continue;
      append(buffer, ".It ");
      auto rest = binding.keys;
      for (bool first = true; !rest.empty(); first = false) {
        const auto key = take_word(rest);
        append(buffer, first ? "Ic " : " , Ic ");
        // A backslash is an escape, and a letter alone may be a request.
        if (key == "\\") {
          append(buffer, "\\e");
        } else {
          append(buffer, "\\&");
          append(buffer, key);
        }
      }
      append_format(buffer, "\n{}\n", binding.help);
    }
    append(buffer, ".El\n");
  }
}

}  // namespace pageloupe::ptop
