// SPDX-License-Identifier: MIT
#include "cli/message.h"

#include <tuple>
#include <unistd.h>

#include "base/text.h"
#include "render/escape.h"

namespace pageloupe {

void complain(std::string_view tool, std::string_view message) {
  Output err(STDERR_FILENO);
  auto& buffer = err.buffer();
  append(buffer, tool);
  append(buffer, ": ");
  for (bool first = true; first || !message.empty(); first = false) {
    const auto line = take_line(message);
    if (!first && !line.starts_with("  ")) append(buffer, "  ");
    append_escaped(buffer, line, {});
    buffer.push_back('\n');
  }
  err.flush();
}

void complain_of_no_memory(std::string_view tool) {
  for (const auto part : {tool, std::string_view(": no memory\n")})
    std::ignore = ::write(STDERR_FILENO, part.data(), part.size());
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line;
}

int say(std::string_view text) {
  Output out(STDOUT_FILENO);
  append(out.buffer(), text);
  out.flush();
  return out.error();
}

}  // namespace pageloupe
