// SPDX-License-Identifier: MIT
#include "ptop/replay_line.h"

#include <algorithm>

#include "render/format.h"

namespace pageloupe::ptop {
namespace {

// "4:07", "1:00:00".
std::string span(Timestamp from, Timestamp to) {
  const auto seconds = (to.value - std::min(from, to).value) / 1'000'000'000;
  const auto minutes = seconds / 60;
  if (minutes < 60) return format_text("{}:{:02}", minutes, seconds % 60);
  return format_text("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

}  // namespace

void add_replay_line(Line& line, const ReplayState& state, std::size_t columns, TextStyle style) {
  const auto& when = state.when;
  line.add(Paint::cursor, date_time(when.current));
  line.add(Paint::cursor, " ");
  line.add_text(Paint::cursor, state.host, style);
  line.add(Paint::cursor,
           format_text("  {} of {}", span(when.first, when.current), span(when.first, when.last)));
  if (state.paused) line.add(Paint::cursor, "  paused");
  const auto note = [&](std::string_view label, std::string_view text) {
    if (text.empty()) return;
    line.add(Paint::cursor, "  ");
    line.add(Paint::cursor, label);
    line.add_text(Paint::cursor, text, style);
  };
  note("damaged: ", state.damage);
  note("not recorded: ", state.unrecorded);
  line.fill(Paint::cursor, columns);
  line.cut(columns);
}

}  // namespace pageloupe::ptop
