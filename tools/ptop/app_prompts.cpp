// SPDX-License-Identifier: MIT
// What is asked for, in a line below the screen or in a list, and what the answers do.
#include <algorithm>
#include <map>

#include "cli/report_options.h"
#include "ptop/app.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::chrono::milliseconds kLeastDelay{10};

bool holds(std::string_view text, std::string_view what) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return !std::ranges::search(text, what, {}, lower, lower).empty() || what.empty();
}

}  // namespace

void App::ask_for(Asked what, std::string_view label, std::string_view text) {
  asked_ = what;
  prompt_ = ask(label, text);
}

// Whom an action is about, for its prompt.
std::string App::whom() const {
  if (aimed_.size() == 1) return format_text("{} ({})", aimed_.front().target.pid.value, aimed_.front().name);
  return format_text("{} processes", aimed_.size());
}

void App::handle_prompt(const Key& key) {
  auto& history = histories_.at(static_cast<std::size_t>(asked_));
  switch (edit(*prompt_, key, history)) {
    case PromptAnswer::open: return;
    case PromptAnswer::changed:
      // Incremental: the cursor goes to the first match while one types.
      if (asked_ == Asked::search) {
        search_ = prompt_->text;
        search(false);
      }
      return;
    case PromptAnswer::cancelled:
      if (asked_ == Asked::search) search_.clear();
      prompt_.reset();
      return;
    case PromptAnswer::accepted: {
      const auto text = prompt_->text;
      history.add(text);
      prompt_.reset();
      return answer(text);
    }
  }
}

void App::answer(const std::string& text) {
  switch (asked_) {
    case Asked::filter: return set_filter(text);
    case Asked::search: search_ = text; return search(false);
    case Asked::time: return seek(text);
    case Asked::delay: {
      const auto delay = parse_delay(text, kLeastDelay);
      if (!delay) return say("'" + text + "' is no number of seconds from 0.01 on", Paint::error);
      settings_.delay = *delay;
      next_refresh_ = {};
      return;
    }
    case Asked::renice: {
      const auto change = parse_nice(text);
      if (!change) return say("'" + text + "' is no nice value from -20 to 19", Paint::error);
      return report(renice(procfs_, aimed_, *change));
    }
  }
}

void App::set_filter(const std::string& text) {
  if (text.find_first_not_of(' ') == std::string::npos) {
    filter_.reset();
    filter_text_.clear();
  } else {
    auto filter = Filter::parse(text, columns_of(process_fields()));
    if (!filter)
      return say(format_text("filter, at {}: {}", filter.error().at + 1, filter.error().message),
                 Paint::error);
    filter_ = std::move(*filter);
    filter_text_ = text;
  }
  if (refreshes_ == 0) return;
  cursor_ = 0;
  rebuild();
  ask_for_files();
}

// From the cursor on and round, the line itself last where it was found before.
void App::search(bool again) {
  const auto lines = list_.lines();
  if (search_.empty() || lines.empty()) return;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto at = (cursor_ + i + (again ? 1 : 0)) % lines.size();
    const auto& task = *lines[at].task;
    const auto* files = rows_->files_of(task);
    const bool in_command =
        files != nullptr && files->process.cmdline && holds(*files->process.cmdline, search_);
    if (!in_command && !holds(task.stat.comm.view(), search_)) continue;
    cursor_ = at;
    followed_.reset();
    return;
  }
  say("not found: " + search_, Paint::warning);
}

void App::open_menu(MenuFor what, Menu menu) {
  menu_for_ = what;
  menu_ = std::move(menu);
  mode_ = Mode::menu;
}

// The users that have processes, those with most of them first.
Menu App::users_menu() {
  std::map<std::uint32_t, std::size_t> counts;
  for (const auto* task : feed_->list().tasks()) {
    if (task->owner) ++counts[task->owner->uid];
  }
  std::vector<UserCount> users;
  menu_users_.clear();
  for (const auto& [uid, count] : counts) {
    users.push_back({.name = std::string(names_.user(uid)), .processes = count});
    menu_users_.push_back(uid);
  }
  return user_menu(users);
}

void App::handle_menu(const Key& key) {
  switch (pageloupe::ptop::handle(menu_, key, shown_size_)) {
    case MenuAnswer::open:
    case MenuAnswer::changed: return;
    case MenuAnswer::cancelled: mode_ = Mode::list; return;
    case MenuAnswer::chosen:
      mode_ = Mode::list;
      if (menu_for_ == MenuFor::columns) return choose_columns();
      if (menu_.cursor < menu_.items.size()) choose(menu_.items[menu_.cursor].value);
      return;
  }
}

void App::choose_columns() {
  std::string list;
  for (const auto* column : chosen_columns(menu_, menu_columns_))
    list += (list.empty() ? "" : ",") + list_name(*column);
  if (list.empty()) return say("a table needs a column", Paint::error);
  settings_.shown().columns = list;
  resolve();
  ask_for_files();
}

// A column as the set has it now, with its header, or by its name.
std::string App::list_name(const Column& column) const {
  for (const auto& shown : table_.columns()) {
    if (&shown.field->column != &column) continue;
    if (shown.is_command) return std::string(kCommandColumn);
    const auto header = shown.header == column.header || shown.header.contains(',') ? "" : "=" + shown.header;
    return std::string(column.name) + header;
  }
  return std::string(column.name);
}

void App::choose(std::size_t value) {
  switch (menu_for_) {
    case MenuFor::sort: return sort_by(menu_columns_.at(value)->name);
    case MenuFor::signal: return report(send_signal_to(procfs_, aimed_, static_cast<int>(value)));
    case MenuFor::user:
    case MenuFor::other_users:
      other_users_ = menu_for_ == MenuFor::other_users;
      uid_ = value == 0 ? std::nullopt : std::optional(menu_users_.at(value - 1));
      cursor_ = 0;
      rebuild();
      return ask_for_files();
    case MenuFor::columns: return;
  }
}

}  // namespace pageloupe::ptop
