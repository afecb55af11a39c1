// SPDX-License-Identifier: MIT
// What is on the screen.
#include <algorithm>

#include "ptop/app.h"
#include "ptop/counter_note.h"
#include "ptop/help.h"
#include "ptop/scroll.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

// Screens with fewer rows give all of them to processes.
constexpr std::size_t kRowsForTabs = 18;
constexpr std::size_t kRowsForStatus = 10;
constexpr std::size_t kRowsForFooter = 6;

struct FooterKey {
  std::string_view key{};
  std::string_view what{};
};
constexpr auto kFooterKeys = std::to_array<FooterKey>({
    {"F1", "Help"},
    {"F2", "Columns"},
    {"F3", "Find"},
    {"F4", "Filter"},
    {"F5", "Tree"},
    {"F6", "Sort"},
    {"F9", "Kill"},
    {"Tab", "Sets"},
    {"Enter", "Detail"},
    {"q", "Quit"},
});

constexpr auto kReplayFooterKeys = std::to_array<FooterKey>({
    {"F1", "Help"},
    {".", "Next"},
    {",", "Back"},
    {"g", "Time"},
    {"Z", "Play"},
    {"F4", "Filter"},
    {"F5", "Tree"},
    {"F6", "Sort"},
    {"Tab", "Sets"},
    {"q", "Quit"},
});

}  // namespace

void App::add_tabs(Frame& frame, Size size) {
  auto& line = frame.next();
  for (std::size_t i = 0; i < kColumnSets.size(); ++i) {
    line.add(Paint::plain, " ");
    line.add(i == settings_.set ? Paint::heading : Paint::label,
             " " + std::string(kColumnSets[i].name) + " ");
  }
  line.cut(size.columns);
}

// Why the counters of the process under the cursor say less than they might.
std::string App::note_of_counters() const {
  const auto* deferred = feed_->deferred();
  const auto* task = under_cursor();
  if (task == nullptr || deferred == nullptr || deferred->counters() == nullptr) return {};
  if (counter_plan(table_.costly()).empty()) return {};
  const auto* files = rows_->files_of(*task);
  return files == nullptr ? std::string{} : counter_note(files->process, deferred->counters()->machine());
}

Instant App::stale_before() const {
  const auto now = feed_->list().now().value;
  return {now - std::min(now, 2 * static_cast<std::uint64_t>(settings_.delay.count()))};
}

// Files that decide the order, or what is shown, but are read in turn: how old the oldest is.
std::string App::note_of_age() const {
  const auto deciding = deciding_files();
  if (deciding.empty() || feed_->deferred() == nullptr) return {};
  const auto now = feed_->list().now();
  auto oldest = now;
  std::size_t unread = 0;
  for (const auto* task : feed_->list().tasks()) {
    const auto* files = rows_->files_of(*task);
    const bool known = files != nullptr && (deciding - files->files).empty();
    if (known) oldest = std::min(oldest, files->at);
    if (!known) ++unread;
  }
  const auto age = oldest < stale_before() ? format_text("up to {:.0f} s old", to_seconds(now - oldest)) : "";
  const auto left = unread > 0 ? format_text("{} not read yet", unread) : "";
  return left + (left.empty() || age.empty() ? "" : ", others ") + age;
}

// What decides which processes are seen, and what seeing them costs.
void App::add_status(Frame& frame, Size size) {
  auto& line = frame.next();
  if (!message_.empty() && std::chrono::steady_clock::now() < message_until_) {
    line.add_text(message_paint_, message_, {.utf8 = options_.utf8});
    return line.cut(size.columns);
  }
  const auto& list = feed_->list();
  line.add(Paint::strong, format_text("{}", list_.lines().size()));
  line.add(Paint::dim, format_text(" of {}", list.tasks().size()));
  const auto note = [&line](Paint paint, std::string_view text) {
    line.add(Paint::dim, "  ");
    line.add(paint, text);
  };
  if (sort_ != nullptr)
    note(Paint::plain, format_text("by {} {}", table_.header_of(*sort_), descending_ ? "down" : "up"));
  if (const auto text = note_of_age(); !text.empty()) note(Paint::warning, text);
  if (paused_) note(Paint::warning, "paused");
  if (followed_) note(Paint::warning, "following");
  if (options_.readonly) note(Paint::dim, "read-only");
  if (!tagged_.empty()) note(Paint::tagged, format_text("{} tagged", tagged_.size()));
  if (uid_) note(Paint::warning, format_text("{}user {}", other_users_ ? "not " : "", names_.user(*uid_)));
  if (filter_) {
    note(Paint::warning, "filter ");
    line.add_text(Paint::warning, filter_text_, {.utf8 = options_.utf8});
  }
  if (background_.direct()) note(Paint::warning, "no threads: files that block hold ptop up");
  if (const auto stuck = background_.stuck(); stuck != 0)
    note(Paint::warning, format_text("{} blocked", stuck));
  if (const auto text = note_of_counters(); !text.empty()) note(Paint::warning, text);
  note_recording(line);
  const auto cost = feed_->cost();
  note(Paint::dim, format_text("refresh {:.1f} ms{}{}", static_cast<double>(cost_.count()) / 1e6,
                               cost.empty() ? "" : ", ", cost));
  line.cut(size.columns);
}

void App::add_footer(Frame& frame, Size size) {
  auto& line = frame.next();
  const std::span<const FooterKey> keys =
      replay_ == nullptr ? std::span<const FooterKey>(kFooterKeys) : kReplayFooterKeys;
  for (const auto& key : keys) {
    if (line.columns() + key.key.size() + key.what.size() + 1 > size.columns) break;
    line.add(Paint::strong, key.key);
    line.add(Paint::cursor, key.what);
    line.add(Paint::plain, " ");
  }
  line.cut(size.columns);
}

void App::show_list(Frame& frame, Size size) {
  const MeterData data{.now = &feed_->machine(),
                       .before = feed_->machine_before(),
                       .tasks = &feed_->counts(),
                       .cgroup = &feed_->cgroup(),
                       .page_size = feed_->facts().page_size};
  add_replay(frame, size);
  add_meters(frame, data, settings_.meters, size);
  if (size.rows >= kRowsForTabs) add_tabs(frame, size);
  const TableMarks marks{.cursor = cursor_,
                         .tagged = &tagged_,
                         .search = search_,
                         .sorted = sort_,
                         .descending = descending_,
                         .sums = settings_.sums && settings_.tree,
                         .shifted = shifted_,
                         .stale_before = stale_before()};
  if (size.rows > 1) table_.add_heading(frame, marks, size);
  const std::size_t below = (size.rows >= kRowsForStatus ? 1U : 0U) + (size.rows >= kRowsForFooter ? 1U : 0U);
  first_row_ = frame.rows();
  page_rows_ = size.rows > first_row_ + below ? size.rows - first_row_ - below : 0;
  top_ = scrolled(top_, cursor_, {.count = list_.lines().size(), .rows = page_rows_});
  const TableStyle style{
      .cell = {.text = {.utf8 = options_.utf8}, .size = SizeUnit::human, .now = feed_->facts().now},
      .scale = settings_.scale,
      .cpu_divisor = settings_.irix ? 1.0 : static_cast<double>(feed_->facts().cpus)};
  table_.add_rows(frame, list_, {top_, top_ + page_rows_}, *rows_, marks, style, size);
  while (frame.rows() + below < size.rows) frame.next();
  if (size.rows >= kRowsForStatus) add_status(frame, size);
  if (size.rows >= kRowsForFooter) add_footer(frame, size);
}

void App::show_help(Frame& frame, Size size) {
  help_top_ = std::min(help_top_, help_lines() > size.rows ? help_lines() - size.rows : 0);
  add_help(frame, help_top_, size);
}

void App::draw() {
  const auto size = screen_.size();
  if (size != shown_size_) table_.forget_widths();
  shown_size_ = size;
  frame_.clear();
  std::optional<Screen::Place> place;
  if (size.rows == 0 || size.columns == 0) return;
  switch (mode_) {
    case Mode::list: show_list(frame_, size); break;
    case Mode::help: show_help(frame_, size); break;
    case Mode::menu: show_menu(frame_, menu_, size, {.utf8 = options_.utf8}); break;
    case Mode::detail:
      std::ignore = detail_->feed.update(time_since_boot(), detail_->view);
      show_detail(frame_, detail_->feed.data(), detail_->view, size);
      break;
  }
  if (prompt_) {
    while (frame_.rows() < size.rows) frame_.next();
    auto& line = frame_.line(size.rows - 1);
    line.clear();
    place = Screen::Place{show_prompt(line, *prompt_, size.columns, {.utf8 = options_.utf8}), size.rows - 1};
  }
  screen_.draw(frame_, place);
}

}  // namespace pageloupe::ptop
