// SPDX-License-Identifier: MIT
#include "cli/message.h"

#include <unistd.h>

#include "base/text.h"
#include "render/escape.h"

namespace pageloupe {

void complain(std::string_view tool, std::string_view message) {
  Output err(STDERR_FILENO);
  auto& buffer = err.buffer();
  append(buffer, tool);
  append(buffer, ": ");
  while (!message.empty()) {
    append_escaped(buffer, take_line(message), {});
    buffer.push_back('\n');
  }
  err.flush();
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
