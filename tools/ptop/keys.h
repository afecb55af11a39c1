// SPDX-License-Identifier: MIT
// Every key of the table of processes: what it does and what help says of it. The help screen and the man
// page read these rows. Where top and htop differ, top's meaning stands, and htop's has its function key.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "ptop/key.h"

namespace pageloupe::ptop {

enum class Action : std::uint8_t {
  // Looking
  up,
  down,
  page_up,
  page_down,
  first,
  last,
  shift_left,
  shift_right,
  detail,
  next_set,
  previous_set,
  columns,
  help,
  redraw,
  // Order
  sort_cpu,
  sort_memory,
  sort_time,
  sort_pid,
  sort_menu,
  sort_left,
  sort_right,
  reverse,
  // Choosing
  filter,
  search,
  search_next,
  user,
  other_users,
  clear_filters,
  toggle_idle,
  toggle_kernel,
  toggle_threads,
  follow,
  // Family
  tree,
  expand,
  collapse,
  collapse_toggle,
  sums,
  // Looks
  toggle_command,
  toggle_irix,
  scale_tasks,
  scale_summary,
  per_core,
  memory_meter,
  cpu_meter,
  load_line,
  toggle_color,
  // Growth
  mark,
  // Acting
  tag,
  kill,
  renice,
  nicer,
  less_nice,
  // The program
  delay,
  refresh_now,
  pause,
  write_settings,
  suspend,
  quit,
  // A replay
  step_forward,
  step_back,
  seek,
  count_
};

enum class KeySection : std::uint8_t { look, order, choose, family, show, growth, act, program, replay };

struct KeySectionName {
  KeySection section{};
  std::string_view title{};
};
inline constexpr auto kKeySections = std::to_array<KeySectionName>({
    {KeySection::look, "Looking around"},
    {KeySection::order, "Order"},
    {KeySection::choose, "Choosing processes"},
    {KeySection::family, "Trees"},
    {KeySection::show, "How it looks"},
    {KeySection::growth, "Growth"},
    {KeySection::act, "Acting on processes"},
    {KeySection::program, "The program"},
    {KeySection::replay, "Replaying a recording"},
});

struct KeyBinding {
  KeySection section{};
  Action action{};
  std::string_view keys{};  // as people write them, blanks between: "k F9", "^L", "Space"
  std::string_view help{};
  bool acts = false;  // changes a process: refused when read-only
};

inline constexpr auto kKeyBindings = std::to_array<KeyBinding>({
    {KeySection::look, Action::up, "Up ^P", "the process above"},
    {KeySection::look, Action::down, "Down ^N", "the process below"},
    {KeySection::look, Action::page_up, "PgUp", "a screen up"},
    {KeySection::look, Action::page_down, "PgDn", "a screen down"},
    {KeySection::look, Action::first, "Home", "the first process"},
    {KeySection::look, Action::last, "End", "the last process"},
    {KeySection::look, Action::shift_left, "Left", "columns further left"},
    {KeySection::look, Action::shift_right, "Right", "columns further right"},
    {KeySection::look, Action::detail, "Enter", "the process in detail: map, memory, threads, limits"},
    {KeySection::look, Action::next_set, "Tab",
     "the next set of columns: memory, growth, faults, TLB, threads, io"},
    {KeySection::look, Action::previous_set, "BackTab", "the set before"},
    {KeySection::look, Action::columns, "f F2 C", "choose the columns of this set"},
    {KeySection::look, Action::help, "h ? F1", "this help"},
    {KeySection::look, Action::redraw, "^L", "draw the screen anew"},

    {KeySection::order, Action::sort_cpu, "P", "by CPU"},
    {KeySection::order, Action::sort_memory, "M", "by resident memory"},
    {KeySection::order, Action::sort_time, "T", "by CPU time"},
    {KeySection::order, Action::sort_pid, "N", "by process ID"},
    {KeySection::order, Action::sort_menu, "F6", "by any column, from a list"},
    {KeySection::order, Action::sort_left, "<", "by the column to the left"},
    {KeySection::order, Action::sort_right, ">", "by the column to the right"},
    {KeySection::order, Action::reverse, "R", "turn the order round"},

    {KeySection::choose, Action::filter, "\\ F4 o O",
     "show only what an expression matches: rss > 100M and user = www"},
    {KeySection::choose, Action::search, "/ F3 L", "find a text in the commands"},
    {KeySection::choose, Action::search_next, "n &", "find it again"},
    {KeySection::choose, Action::user, "u", "show one user's processes"},
    {KeySection::choose, Action::other_users, "U",
     "untag all; with nothing tagged, hide one user's processes"},
    {KeySection::choose, Action::clear_filters, "=", "show all again"},
    {KeySection::choose, Action::toggle_idle, "i", "hide or show what does nothing"},
    {KeySection::choose, Action::toggle_kernel, "K", "hide or show threads of the kernel"},
    {KeySection::choose, Action::toggle_threads, "H", "threads as rows of their own, or not"},
    {KeySection::choose, Action::follow, "F", "keep the cursor on this process"},

    {KeySection::family, Action::tree, "V F5", "children below their parents"},
    {KeySection::family, Action::expand, "+", "show what is below a process"},
    {KeySection::family, Action::collapse, "-", "hide it, and show its sums beside the process"},
    {KeySection::family, Action::collapse_toggle, "v", "hide or show it"},
    {KeySection::family, Action::sums, "S",
     "sums of all below a process beside each: PSS, not RSS, which counts twice"},

    {KeySection::show, Action::toggle_command, "c p", "names of programs or whole command lines"},
    {KeySection::show, Action::toggle_irix, "I", "CPU as a share of one CPU, or of all"},
    {KeySection::show, Action::scale_tasks, "e", "the unit of sizes in the table"},
    {KeySection::show, Action::scale_summary, "E", "the unit of sizes above it"},
    {KeySection::show, Action::per_core, "1", "each CPU, or all as one"},
    {KeySection::show, Action::memory_meter, "m", "memory as bars, as figures, or not at all"},
    {KeySection::show, Action::cpu_meter, "t", "CPUs as bars, as figures, or not at all"},
    {KeySection::show, Action::load_line, "l", "uptime and load, or not"},
    {KeySection::show, Action::toggle_color, "z", "colours, or none"},

    {KeySection::growth, Action::mark, "b", "growth counts from here"},

    {KeySection::act, Action::tag, "Space", "tag a process, for kill and renice"},
    {KeySection::act, Action::kill, "k F9", "send a signal", true},
    {KeySection::act, Action::renice, "r", "set the nice value", true},
    {KeySection::act, Action::nicer, "F7 ]", "a nice value lower by one", true},
    {KeySection::act, Action::less_nice, "F8 [", "a nice value higher by one", true},

    {KeySection::program, Action::delay, "d s", "seconds between refreshes"},
    {KeySection::program, Action::refresh_now, "^R", "refresh at once"},
    {KeySection::program, Action::pause, "Z", "stop refreshing, or go on"},
    {KeySection::program, Action::write_settings, "W", "save the settings"},
    {KeySection::program, Action::suspend, "^Z", "back to the shell; fg returns"},
    {KeySection::program, Action::quit, "q F10 ^C", "quit"},

    {KeySection::replay, Action::step_forward, ".", "the next sample"},
    {KeySection::replay, Action::step_back, ",", "the sample before"},
    {KeySection::replay, Action::seek, "g", "go to a time"},
});

// The first binding of a key; nothing where it has none.
[[nodiscard]] const KeyBinding* find_binding(const Key& key);

// The key that is written like that; nothing where it is no key.
[[nodiscard]] std::optional<Key> parse_key(std::string_view text);

}  // namespace pageloupe::ptop
