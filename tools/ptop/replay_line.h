// SPDX-License-Identifier: MIT
// The line above all others that says that this is not now.
#pragma once

#include <string_view>

#include "ptop/line.h"
#include "record/when.h"

namespace pageloupe::ptop {

struct ReplayState {
  std::string_view host{};  // a stranger's bytes
  WhenContext when{};
  bool paused = false;
  std::string_view damage{};      // as damage_text() has it
  std::string_view unrecorded{};  // headers of columns
};

// "2026-11-25 03:12:04 web1  12:04 of 1:00:00  paused  not recorded: PSS  damaged: byte 812: …", the time
// first: it is what a narrow screen still has.
void add_replay_line(Line& line, const ReplayState& state, std::size_t columns, TextStyle style);

}  // namespace pageloupe::ptop
