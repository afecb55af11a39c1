// SPDX-License-Identifier: MIT
// The loop, and the passes.
#include "ptop/app.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <poll.h>

#include "cli/report_options.h"
#include "ptop/scroll.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

using Clock = std::chrono::steady_clock;

// The first frame has levels only; the second, with shares and rates, follows soon.
constexpr std::chrono::milliseconds kFirstInterval{300};
// How long the first look at rows waits for their files.
constexpr Nanoseconds kFirstFiles{25'000'000};
// What a refresh may ask for of all processes, when one sorts or filters by a costly file.
constexpr std::size_t kMostAsked = 400;

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

App::App(const ProcFs& procfs, AppOptions options, Screen& screen)
    : procfs_(procfs),
      options_(std::move(options)),
      settings_(options_.settings),
      screen_(screen),
      threads_(procfs.guard() ? procfs.guard()->background() : std::make_shared<Background>()),
      background_(*threads_),
      own_names_(procfs.guard()),
      names_(options_.replay ? options_.replay->names() : own_names_),
      uid_(options_.uid),
      other_users_(options_.other_users),
      pid_digits_(pid_digits(procfs)) {
  settings_.meters.utf8 = options_.utf8;
  settings_.meters.colour = options_.color;
  make_feed();
  if (options_.filter) set_filter(*options_.filter);
  resolve();
  if (options_.record) {
    auto recorder = Recorder::open(procfs_, background_, *options_.record);
    failed_ = !recorder;
    if (recorder) {
      recorder_ = std::move(*recorder);
    } else {
      message_ = recorder.error();
    }
  }
}

App::~App() = default;

void App::make_feed() {
  rows_.reset();
  if (options_.replay) {
    replay_ = options_.replay.get();
    feed_ = std::move(options_.replay);
  } else {
    feed_ = std::make_unique<LiveFeed>(
        procfs_, background_,
        LiveFeed::Options{.threads = settings_.threads, .only = options_.only, .scan = options_.scan});
  }
  rows_ = std::make_unique<RowMaker>(feed_->list(), feed_->files(), names_);
}

// What was given as text, against the table of fields: they were checked when they came.
void App::resolve() {
  const auto choice = settings_.choice(pid_digits_);
  if (auto columns = resolve_columns(settings_.shown().columns, choice)) {
    table_.set_columns(std::move(*columns));
  } else {
    say(columns.error(), Paint::error);
  }
  std::string_view sort = settings_.shown().sort;
  descending_ = sort.starts_with('-');
  if (descending_) sort.remove_prefix(1);
  sort_ = resolve_sort(sort, choice).value_or(nullptr);
}

Order App::order() const { return {.field = sort_, .descending = descending_}; }

Choice App::choice() const {
  return {.filter = filter_ ? &*filter_ : nullptr,
          .kernel = settings_.kernel,
          .idle = settings_.idle,
          .uid = uid_,
          .other_users = other_users_};
}

SourceSet App::deciding_files() const {
  SourceSet files;
  if (sort_ != nullptr) files |= costly_files(sort_->column);
  if (!filter_) return files;
  for (const auto index : filter_->columns()) files |= costly_files(process_fields()[index].column);
  return files;
}

void App::rebuild() {
  feed_->need(table_.costly() | deciding_files());
  const auto* at = under_cursor();
  const auto id = at != nullptr ? std::optional(at->id()) : cursor_id_;
  rows_->begin(feed_->facts(), {static_cast<std::uint64_t>(settings_.window.count())});
  list_.build(feed_->list(), *rows_, order(), choice(), {.tree = settings_.tree, .collapsed = &collapsed_});
  const auto followed = followed_ ? list_.find(*followed_) : std::nullopt;
  if (followed) cursor_ = *followed;
  // In a tree the lines between move: the cursor stays with its process.
  if (!followed && settings_.tree && id) cursor_ = list_.find(*id).value_or(cursor_);
  if (!list_.lines().empty()) cursor_ = std::min(cursor_, list_.lines().size() - 1);
  if (cursor_ == 0 && list_.lines().empty()) top_ = 0;
}

// Files beside stat and statm: of all processes where they decide which are shown, of those on the screen
// where they are shown.
void App::ask_for_files() {
  auto* deferred = feed_->deferred();
  if (deferred == nullptr || list_.lines().empty()) return;
  const auto now = feed_->list().now();
  const Nanoseconds fresh{static_cast<std::uint64_t>(settings_.delay.count()) * 9 / 10};
  const auto deciding = deciding_files();
  const auto lines = list_.lines();
  std::vector<WatchedTask*> visible;
  const auto first = std::min(top_, lines.size());
  for (auto i = first; i < std::min(first + page_rows_, lines.size()); ++i) {
    const auto family = list_.subtree(lines[i]);
    const bool whole = lines[i].collapsed || (settings_.sums && settings_.tree);
    for (auto* task : whole ? family : family.first(1)) {
      if (visible.size() < kMostAsked) visible.push_back(task);
    }
  }
  deferred->ask(visible, table_.costly() | deciding, now, fresh, kMostAsked);
  if (!deciding.empty()) {
    const auto tasks = feed_->list().tasks();
    std::vector<WatchedTask*> in_turn(tasks.begin(), tasks.end());
    ask_offset_ = ask_offset_ >= in_turn.size() ? 0 : ask_offset_;
    std::ranges::rotate(in_turn, in_turn.begin() + static_cast<std::ptrdiff_t>(ask_offset_));
    ask_offset_ += deferred->ask(in_turn, deciding, now, fresh, kMostAsked);
  }
  if (refreshes_ <= 2) deferred->wait(kFirstFiles);
  deferred->collect(now);
}

void App::refresh() {
  const auto began = cpu_time();
  const auto* at = under_cursor();
  cursor_id_ = at != nullptr ? std::optional(at->id()) : std::nullopt;
  list_.clear();
  const auto done =
      feed_->refresh(recorder_ ? kMachineSources : meter_sources(settings_.meters, screen_.size()));
  if (!done) {
    say(done.error(), Paint::error);
    failed_ = refreshes_ == 0;
    quit_ |= failed_;
  }
  if (replay_ != nullptr) replayed();
  for (auto* task : feed_->list().tasks()) task->wanted = false;
  rebuild();
  const auto lines = list_.lines();
  for (auto i = std::min(top_, lines.size()); i < std::min(top_ + page_rows_, lines.size()); ++i)
    lines[i].task->wanted = true;
  std::erase_if(tagged_, [this](ProcessId id) { return feed_->list().find(id) == nullptr; });
  ++refreshes_;
  background_.take_notice();  // another thread for what waits, where nothing is done because all hang
  ask_for_files();
  record();
  cost_ = cpu_time() - began;
  const bool primes = refreshes_ == 1 && replay_ == nullptr;
  next_refresh_ = Clock::now() + (primes ? std::min<std::chrono::nanoseconds>(kFirstInterval, settings_.delay)
                                         : settings_.delay);
}

std::chrono::nanoseconds App::until_refresh() const {
  auto wait = next_refresh_ - Clock::now();
  if (paused_) wait = std::chrono::hours{1};
  if (message_until_ > Clock::now()) wait = std::min(wait, message_until_ - Clock::now());
  if (detail_) wait = std::min<std::chrono::nanoseconds>(wait, std::chrono::milliseconds{500});
  return std::max<std::chrono::nanoseconds>(wait, std::chrono::nanoseconds{0});
}

int App::run(const TerminationSignals& signals) {
  if (failed_) return kExitNothing;
  if (replay_ == nullptr) refresh();
  if (replay_ != nullptr && !begin_replay()) return kExitUsage;
  return end_recording(loop(signals.fd()));
}

int App::loop(int signals) {
  std::array<pollfd, 3> waits{
      {{screen_.input(), POLLIN, 0}, {background_.notice_fd(), POLLIN, 0}, {signals, POLLIN, 0}}};
  while (!quit_) {
    draw();
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until_refresh());
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(wait.count()));
    if (ready < 0 && errno != EINTR) break;
    if (TerminationSignals::caught() != 0) return 128 + TerminationSignals::caught();
    // A resize comes as a key, and interrupts the wait.
    for (auto key = screen_.read_key(); key && !quit_; key = screen_.read_key()) handle(*key);
    if (ready > 0 && (waits[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return 1;
    if (ready > 0 && (waits[1].revents & POLLIN) != 0) {
      background_.take_notice();
      if (feed_->deferred() != nullptr && feed_->deferred()->collect(feed_->list().now()) &&
          sort_ != nullptr && !costly_files(sort_->column).empty())
        rebuild();
    }
    if (!paused_ && !quit_ && Clock::now() >= next_refresh_) {
      // The first refresh of a live system has no rates and is none of them.
      if (options_.count && refreshes_ >= *options_.count + (replay_ == nullptr ? 1 : 0)) break;
      refresh();
    }
  }
  return failed_ ? kExitNothing : kExitOk;
}

}  // namespace pageloupe::ptop
