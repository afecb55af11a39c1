// SPDX-License-Identifier: MIT
// Where keys and the mouse go, by what is on the screen.
#include <algorithm>
#include <csignal>

#include "ptop/app.h"
#include "ptop/help.h"
#include "ptop/scroll.h"

namespace pageloupe::ptop {

void App::handle(const Key& key) {
  if (key.kind == Key::Kind::resize) return;
  if (prompt_) return handle_prompt(key);
  switch (mode_) {
    case Mode::list: return handle_list(key);
    case Mode::menu: return handle_menu(key);
    case Mode::help: {
      const auto* binding = find_binding(key);
      if (binding != nullptr && binding->action <= Action::last) {
        const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(shown_size_.rows, 2) - 1);
        const auto by = binding->action == Action::up          ? -1
                        : binding->action == Action::down      ? 1
                        : binding->action == Action::page_up   ? -page
                        : binding->action == Action::page_down ? page
                        : binding->action == Action::first     ? -static_cast<std::ptrdiff_t>(help_lines())
                                                               : static_cast<std::ptrdiff_t>(help_lines());
        help_top_ = moved(help_top_, by, help_lines());
        return;
      }
      mode_ = Mode::list;
      return;
    }
    case Mode::detail:
      if (key == control_key('C') || handle_detail(key)) {
        detail_.reset();
        mode_ = Mode::list;
        screen_.forget();
      }
      return;
  }
}

// True when it was closed.
bool App::handle_detail(const Key& key) {
  const auto answer = pageloupe::ptop::handle(detail_->view, detail_->feed.data(), key, shown_size_);
  if (answer == DetailAnswer::read_again) detail_->feed.read_again(detail_->view);
  return answer == DetailAnswer::closed;
}

void App::handle_list(const Key& key) {
  if (key.kind == Key::Kind::mouse) return handle_mouse(key.mouse);
  if (const auto* binding = find_binding(key)) act(*binding);
}

void App::handle_mouse(const Mouse& mouse) {
  constexpr std::ptrdiff_t kWheel = 3;
  if (mouse.button == Mouse::Button::wheel_up) return move_cursor(-kWheel);
  if (mouse.button == Mouse::Button::wheel_down) return move_cursor(kWheel);
  if (mouse.button != Mouse::Button::left) return;
  if (first_row_ != 0 && mouse.row == first_row_ - 1) {
    if (const auto* column = table_.column_at(mouse.column, shifted_))
      sort_by(*column->field, column->field == sort_ ? !descending_ : is_right_aligned(column->column.type));
    return;
  }
  if (mouse.row < first_row_ || mouse.row >= first_row_ + page_rows_) return;
  const auto line = top_ + mouse.row - first_row_;
  if (line >= list_.lines().size()) return;
  const bool again = line == cursor_ && mouse.twice;
  cursor_ = line;
  if (again) open_detail();
}

void App::suspend() {
  screen_.leave();
  ::raise(SIGSTOP);
  screen_.enter();
  next_refresh_ = {};
}

void App::open_detail() {
  const auto* task = under_cursor();
  if (task == nullptr) return;
  const auto* leader = task->is_thread() ? feed_->list().find(task->tgid) : task;
  if (leader == nullptr) return;
  DetailSubject subject{.id = leader->id(), .command = name_of(*leader)};
  if (leader->owner) subject.user = names_.user(leader->owner->uid);
  const bool live = options_.proc_root == "/proc";
  detail_ = std::make_unique<Detail>(
      Detail{.feed = DetailFeed(background_,
                                {.proc_root = options_.proc_root,
                                 .cgroup_root = live ? std::string(kCgroupRoot) : std::string{},
                                 .system = feed_->facts()},
                                std::move(subject))});
  detail_->view.style = {.utf8 = options_.utf8};
  mode_ = Mode::detail;
}

void App::move_cursor(std::ptrdiff_t by) {
  cursor_ = moved(cursor_, by, list_.lines().size());
  followed_.reset();
}

}  // namespace pageloupe::ptop
