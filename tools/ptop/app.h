// SPDX-License-Identifier: MIT
// ptop on a terminal: what is shown, what keys do, and the loop that waits for them.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "field/filter.h"
#include "ptop/actions.h"
#include "ptop/detail.h"
#include "ptop/detail_feed.h"
#include "ptop/feed.h"
#include "ptop/keys.h"
#include "ptop/menus.h"
#include "ptop/process_list.h"
#include "ptop/prompt.h"
#include "ptop/recorder.h"
#include "ptop/replay_feed.h"
#include "ptop/screen.h"
#include "ptop/settings.h"
#include "ptop/signals.h"
#include "ptop/table_view.h"

namespace pageloupe::ptop {

struct AppOptions {
  Settings settings{};
  std::vector<Pid> only{};
  std::optional<std::string> filter{};
  std::optional<std::uint32_t> uid{};
  bool other_users = false;
  bool readonly = false;
  std::optional<std::uint64_t> count{};  // refreshes, then it ends
  bool utf8 = false;
  bool color = true;  // for now: what is saved is in `settings`
  std::optional<Recorder::Options> record{};
  std::unique_ptr<ReplayFeed> replay{};  // in place of the live system
  std::optional<std::string> at{};       // a time of the recording to begin with
  std::optional<std::string> user{};     // of the recorded machine, in place of `uid`
  std::string proc_root = "/proc";
  std::shared_ptr<TaskScan> scan{};  // in place of most files of processes; nullptr: none
};

class App {
 public:
  App(const ProcFs& procfs, AppOptions options, Screen& screen);
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App();

  // Until it is quit; the exit code.
  [[nodiscard]] int run(const TerminationSignals& signals);
  // Why it could not begin; empty where it could.
  [[nodiscard]] std::string failure() const { return failed_ ? message_ : std::string{}; }

 private:
  enum class Mode : std::uint8_t { list, help, menu, detail };
  enum class Asked : std::uint8_t { filter, search, delay, renice, time };
  enum class MenuFor : std::uint8_t { sort, columns, signal, user, other_users };

  // The pass, and what follows from it.
  void refresh();
  void resolve();  // columns, order and filter, after one of them changed
  void rebuild();  // the list, from the last pass
  void ask_for_files();
  [[nodiscard]] SourceSet deciding_files() const;  // costly ones that say which rows are shown, and where
  [[nodiscard]] Order order() const;
  [[nodiscard]] Choice choice() const;
  [[nodiscard]] std::chrono::nanoseconds until_refresh() const;
  void make_feed();
  [[nodiscard]] int loop(int signals);

  // Recordings.
  [[nodiscard]] bool begin_replay();
  void replayed();
  void record();
  [[nodiscard]] int end_recording(int code);
  [[nodiscard]] bool act_on_replay(Action action);
  void step();
  void seek(const std::string& text);
  void add_replay(Frame& frame, Size size);
  void note_recording(Line& line);
  [[nodiscard]] std::string unrecorded();

  // The screen.
  void draw();
  void show_list(Frame& frame, Size size);
  void show_help(Frame& frame, Size size);
  void add_tabs(Frame& frame, Size size);
  void add_status(Frame& frame, Size size);
  [[nodiscard]] Instant stale_before() const;
  [[nodiscard]] std::string note_of_age() const;
  [[nodiscard]] std::string note_of_counters() const;
  void add_footer(Frame& frame, Size size);
  [[nodiscard]] std::size_t page_rows() const { return std::max<std::size_t>(page_rows_, 1); }

  // Keys.
  void handle(const Key& key);
  void handle_list(const Key& key);
  void handle_mouse(const Mouse& mouse);
  void handle_menu(const Key& key);
  void handle_prompt(const Key& key);
  void act(const KeyBinding& binding);
  [[nodiscard]] bool act_on_view(Action action);
  [[nodiscard]] bool act_on_order(Action action);
  [[nodiscard]] bool act_on_choice(Action action);
  [[nodiscard]] bool act_on_family(Action action);
  [[nodiscard]] bool act_on_looks(Action action);
  [[nodiscard]] bool act_on_processes(Action action);
  void act_on_program(Action action);
  void answer(const std::string& text);
  void choose(std::size_t value);
  void choose_columns();
  [[nodiscard]] std::string list_name(const Column& column) const;
  [[nodiscard]] Menu users_menu();
  [[nodiscard]] std::string whom() const;
  [[nodiscard]] bool handle_detail(const Key& key);
  void ask_for(Asked what, std::string_view label, std::string_view text = {});
  void open_menu(MenuFor what, Menu menu);
  void sort_by(const Field<ProcessRow>& field, bool descending);
  void sort_by(std::string_view column);
  void move_cursor(std::ptrdiff_t by);
  void switch_set(std::ptrdiff_t by);
  void search(bool again);
  void set_filter(const std::string& text);
  void open_detail();
  void suspend();
  void say(std::string text, Paint paint = Paint::strong);

  [[nodiscard]] WatchedTask* under_cursor() const;
  [[nodiscard]] std::vector<ActionTarget> targets() const;
  [[nodiscard]] bool aim();
  [[nodiscard]] static std::string name_of(const WatchedTask& task);
  void report(const ActionReport& report);

  const ProcFs& procfs_;
  AppOptions options_;
  Settings settings_;
  Screen& screen_;
  std::shared_ptr<Background> threads_;
  Background& background_;
  std::unique_ptr<Feed> feed_;
  ReplayFeed* replay_ = nullptr;  // the feed, where it is one
  std::unique_ptr<Recorder> recorder_;
  Names own_names_;
  Names& names_;  // of the machine that is shown
  std::unique_ptr<RowMaker> rows_;
  ProcessList list_;
  TableView table_;
  Frame frame_;

  const Field<ProcessRow>* sort_ = nullptr;
  bool descending_ = true;
  std::string filter_text_;
  std::optional<Filter> filter_;
  std::optional<std::uint32_t> uid_;
  bool other_users_ = false;
  std::string search_;
  std::set<ProcessId> tagged_;
  std::set<ProcessId> collapsed_;
  std::optional<ProcessId> followed_;

  Mode mode_ = Mode::list;
  std::size_t cursor_ = 0;
  std::optional<ProcessId> cursor_id_{};  // of the line of the last pass, while there are no lines
  std::size_t top_ = 0;
  std::size_t shifted_ = 0;
  std::size_t page_rows_ = 0;
  std::size_t first_row_ = 0;  // of the screen, that shows a process
  std::size_t help_top_ = 0;
  std::size_t ask_offset_ = 0;
  Size shown_size_{};
  std::optional<Prompt> prompt_;
  Asked asked_ = Asked::filter;
  std::array<History, 5> histories_;
  Menu menu_;
  MenuFor menu_for_ = MenuFor::sort;
  std::vector<ActionTarget> aimed_;  // whom the menu or prompt that is open is about
  std::vector<const Column*> menu_columns_;
  std::vector<std::uint32_t> menu_users_;
  struct Detail {
    DetailFeed feed;
    DetailView view{};
  };
  std::unique_ptr<Detail> detail_;

  std::string message_;
  Paint message_paint_ = Paint::strong;
  std::chrono::steady_clock::time_point message_until_{};
  std::chrono::steady_clock::time_point next_refresh_{};
  std::chrono::nanoseconds cost_{};  // CPU of the last refresh
  std::size_t damage_told_ = 0;
  std::uint64_t refreshes_ = 0;
  int pid_digits_ = 5;
  bool paused_ = false;
  bool quit_ = false;
  bool failed_ = false;
};

}  // namespace pageloupe::ptop
