// SPDX-License-Identifier: MIT
// What keys do.
#include <algorithm>
#include <csignal>

#include "ptop/app.h"
#include "ptop/help.h"
#include "ptop/scroll.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::chrono::seconds kMessageTime{5};

}  // namespace

void App::say(std::string text, Paint paint) {
  message_ = std::move(text);
  message_paint_ = paint;
  message_until_ = std::chrono::steady_clock::now() + kMessageTime;
}

WatchedTask* App::under_cursor() const {
  return cursor_ < list_.lines().size() ? list_.lines()[cursor_].task : nullptr;
}

std::string App::name_of(const WatchedTask& task) { return std::string(task.stat.comm.view()); }

// The tagged ones, or the one under the cursor.
std::vector<ActionTarget> App::targets() const {
  std::vector<ActionTarget> targets;
  const auto add = [&targets](const WatchedTask& task) {
    targets.push_back({.target = {.tgid = task.tgid, .pid = task.pid, .start = task.stat.starttime},
                       .name = std::string(task.stat.comm.view())});
  };
  for (const auto& id : tagged_) {
    if (const auto* task = feed_->list().find(id)) add(*task);
  }
  if (const auto* task = under_cursor(); targets.empty() && task != nullptr) add(*task);
  return targets;
}

// Fixes whom an action is about: the list goes on moving while one answers. False where there is nobody.
bool App::aim() {
  aimed_ = targets();
  return !aimed_.empty();
}

void App::report(const ActionReport& report) {
  say(report.text, report.paint());
  if (report.failed == 0) tagged_.clear();
}

void App::act(const KeyBinding& binding) {
  if (binding.acts && options_.readonly) return say("read-only: processes are not touched", Paint::error);
  if (binding.acts && replay_ != nullptr)
    return say("a recording: its processes are not there to be touched", Paint::error);
  if (act_on_replay(binding.action)) return;
  if (act_on_view(binding.action) || act_on_order(binding.action) || act_on_choice(binding.action)) return;
  if (act_on_family(binding.action) || act_on_looks(binding.action) || act_on_processes(binding.action))
    return;
  act_on_program(binding.action);
}

void App::switch_set(std::ptrdiff_t by) {
  const auto count = static_cast<std::ptrdiff_t>(kColumnSets.size());
  settings_.set = static_cast<std::size_t>((static_cast<std::ptrdiff_t>(settings_.set) + by + count) % count);
  shifted_ = 0;
  resolve();
  rebuild();
  ask_for_files();
}

bool App::act_on_view(Action action) {
  const auto page = static_cast<std::ptrdiff_t>(page_rows());
  const auto all = static_cast<std::ptrdiff_t>(list_.lines().size());
  switch (action) {
    case Action::up: move_cursor(-1); return true;
    case Action::down: move_cursor(1); return true;
    case Action::page_up: move_cursor(-page); return true;
    case Action::page_down: move_cursor(page); return true;
    case Action::first: move_cursor(-all); return true;
    case Action::last: move_cursor(all); return true;
    case Action::shift_left: shifted_ -= shifted_ == 0 ? 0 : 1; return true;
    case Action::shift_right: shifted_ = std::min(shifted_ + 1, table_.columns().size() - 1); return true;
    case Action::detail: open_detail(); return true;
    case Action::next_set: switch_set(1); return true;
    case Action::previous_set: switch_set(-1); return true;
    case Action::help:
      mode_ = Mode::help;
      help_top_ = 0;
      return true;
    case Action::redraw: screen_.forget(); return true;
    default: return false;
  }
}

void App::sort_by(const Field<ProcessRow>& field, bool descending) {
  sort_ = &field;
  descending_ = descending;
  settings_.shown().sort = (descending ? "-" : "") + std::string(field.column.name);
  rebuild();
  ask_for_files();
}

void App::sort_by(std::string_view column) {
  if (const auto field = resolve_sort(column, settings_.choice(pid_digits_)))
    sort_by(**field, column != "pid");
}

bool App::act_on_order(Action action) {
  const auto shown = table_.columns();
  const auto at = std::ranges::find(shown, sort_, &ShownColumn::field);
  switch (action) {
    case Action::sort_cpu: sort_by("cpu"); return true;
    case Action::sort_memory: sort_by("rss"); return true;
    case Action::sort_time: sort_by("time"); return true;
    case Action::sort_pid: sort_by("pid"); return true;
    case Action::reverse:
      if (sort_ != nullptr) sort_by(*sort_, !descending_);
      return true;
    case Action::sort_left:
      if (at != shown.begin() && at != shown.end()) sort_by(*(at - 1)->field, descending_);
      return true;
    case Action::sort_right:
      if (at != shown.end() && at + 1 != shown.end()) sort_by(*(at + 1)->field, descending_);
      if (at == shown.end() && !shown.empty()) sort_by(*shown.front().field, descending_);
      return true;
    case Action::sort_menu:
      menu_columns_ = columns_of(process_fields());
      open_menu(MenuFor::sort, sort_menu(menu_columns_, sort_ != nullptr ? &sort_->column : nullptr));
      return true;
    default: return false;
  }
}

bool App::act_on_choice(Action action) {
  switch (action) {
    case Action::filter: ask_for(Asked::filter, "Filter: ", filter_text_); return true;
    case Action::search: ask_for(Asked::search, "Find: ", search_); return true;
    case Action::search_next: search(true); return true;
    case Action::user: open_menu(MenuFor::user, users_menu()); return true;
    case Action::other_users:
      if (!tagged_.empty()) {
        tagged_.clear();
      } else {
        open_menu(MenuFor::other_users, users_menu());
      }
      return true;
    case Action::clear_filters:
      filter_.reset();
      filter_text_.clear();
      uid_.reset();
      search_.clear();
      settings_.idle = settings_.kernel = true;
      break;
    case Action::toggle_idle: settings_.idle = !settings_.idle; break;
    case Action::toggle_kernel: settings_.kernel = !settings_.kernel; break;
    case Action::toggle_threads:
      settings_.threads = !settings_.threads;
      list_ = {};
      make_feed();
      resolve();
      refreshes_ = 0;
      refresh();
      return true;
    case Action::follow:
      if (const auto* task = under_cursor(); task != nullptr && !followed_) {
        followed_ = task->id();
      } else {
        followed_.reset();
      }
      return true;
    default: return false;
  }
  rebuild();
  ask_for_files();
  return true;
}

bool App::act_on_family(Action action) {
  switch (action) {
    case Action::tree: settings_.tree = !settings_.tree; break;
    case Action::sums: settings_.sums = !settings_.sums; break;
    case Action::expand:
    case Action::collapse:
    case Action::collapse_toggle: {
      const auto* task = under_cursor();
      if (task == nullptr || !settings_.tree) {
        say("V or F5 shows the tree", Paint::warning);
        return true;
      }
      const bool closed = collapsed_.contains(task->id());
      const bool close = action == Action::collapse || (action == Action::collapse_toggle && !closed);
      if (close) {
        collapsed_.insert(task->id());
      } else {
        collapsed_.erase(task->id());
      }
      break;
    }
    default: return false;
  }
  rebuild();
  ask_for_files();
  return true;
}

bool App::act_on_looks(Action action) {
  switch (action) {
    case Action::toggle_command:
      settings_.whole_command = !settings_.whole_command;
      resolve();
      ask_for_files();
      return true;
    case Action::toggle_irix:
      settings_.irix = !settings_.irix;
      say(settings_.irix ? "CPU: 100 is one CPU" : "CPU: 100 is all CPUs");
      return true;
    case Action::scale_tasks:
      settings_.scale = next(settings_.scale);
      table_.forget_widths();
      return true;
    case Action::scale_summary: settings_.meters.scale = next(settings_.meters.scale); return true;
    case Action::per_core: settings_.meters.per_core = !settings_.meters.per_core; return true;
    case Action::memory_meter: settings_.meters.memory = next(settings_.meters.memory); return true;
    case Action::cpu_meter: settings_.meters.cpu = next(settings_.meters.cpu); return true;
    case Action::load_line: settings_.meters.load = !settings_.meters.load; return true;
    case Action::toggle_color:
      settings_.color = !settings_.meters.colour;
      settings_.meters.colour = settings_.color;
      screen_.set_color(settings_.color);
      screen_.forget();
      return true;
    case Action::columns: {
      menu_columns_ = columns_of(process_fields());
      std::vector<const Column*> shown;
      for (const auto& column : table_.columns()) shown.push_back(&column.field->column);
      open_menu(MenuFor::columns, columns_menu(menu_columns_, shown));
      return true;
    }
    default: return false;
  }
}

bool App::act_on_processes(Action action) {
  auto* task = under_cursor();
  switch (action) {
    case Action::mark:
      feed_->list().mark();
      if (feed_->files() != nullptr) feed_->files()->mark();
      say("growth counts from here");
      return true;
    case Action::tag:
      if (task == nullptr) return true;
      if (!tagged_.erase(task->id())) tagged_.insert(task->id());
      move_cursor(1);
      return true;
    case Action::kill:
      if (aim()) open_menu(MenuFor::signal, signal_menu(SIGTERM));
      return true;
    case Action::renice:
      if (aim()) ask_for(Asked::renice, "Nice value, or +N nicer, for " + whom() + ": ");
      return true;
    case Action::nicer:
      report(pageloupe::ptop::renice(procfs_, targets(), {.value = -1, .relative = true}));
      return true;
    case Action::less_nice:
      report(pageloupe::ptop::renice(procfs_, targets(), {.value = 1, .relative = true}));
      return true;
    default: return false;
  }
}

void App::act_on_program(Action action) {
  switch (action) {
    case Action::delay:
      return ask_for(Asked::delay, "Seconds between refreshes: ",
                     format_text("{}", static_cast<double>(settings_.delay.count()) / 1e9));
    case Action::refresh_now: return refresh();
    case Action::pause:
      paused_ = !paused_;
      if (!paused_) refresh();
      return;
    case Action::write_settings: {
      const auto path = settings_path();
      if (!path)
        return say("there is no place for settings: neither XDG_CONFIG_HOME nor HOME is set", Paint::error);
      const auto saved = save_settings(settings_, *path);
      return say(saved ? "settings saved to " + *path : saved.error(), saved ? Paint::strong : Paint::error);
    }
    case Action::suspend: return suspend();
    case Action::quit: quit_ = true; return;
    default: return;
  }
}

}  // namespace pageloupe::ptop
