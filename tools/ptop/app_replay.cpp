// SPDX-License-Identifier: MIT
// Recording what is shown, and showing what was recorded.
#include <algorithm>

#include "ptop/app.h"
#include "ptop/replay_line.h"
#include "record/recording_info.h"

namespace pageloupe::ptop {
namespace {

// Below two seconds in all: so long may a program take to end that was asked to.
constexpr std::chrono::milliseconds kPatience{800};
constexpr std::size_t kRowsForReplay = 3;

}  // namespace

// ---- Recording --------------------------------------------------------------------------------------------

void App::record() {
  if (!recorder_) return;
  const bool went_well = recorder_->failure().empty();
  recorder_->take(*feed_, settings_.threads);
  if (went_well && !recorder_->failure().empty()) say("not recording: " + recorder_->failure(), Paint::error);
}

int App::end_recording(int code) {
  if (!recorder_) return code;
  const bool finished = recorder_->finish(kPatience);
  const auto failure = recorder_->failure();
  if (finished && failure.empty()) return code;
  failed_ = true;
  message_ = failure.empty()
                 ? "'" + options_.record->path + "' does not answer: the end of the recording is lost"
                 : failure;
  return code == kExitOk ? int{kExitNothing} : code;
}

void App::note_recording(Line& line) {
  if (!recorder_) return;
  line.add(Paint::dim, "  ");
  if (!recorder_->failure().empty()) return line.add(Paint::error, "not recording");
  line.add(Paint::strong, "recording");
  if (const auto lost = recorder_->left_out(); lost != 0)
    line.add(Paint::warning, " (" + std::to_string(lost) + " samples left out: the disk is slow)");
}

// ---- Replaying --------------------------------------------------------------------------------------------

// False, and failure() says why, where what was asked for is not in the recording.
bool App::begin_replay() {
  if (options_.at) {
    auto when = replay_->when();
    when.current = when.last;
    const auto time = parse_when(*options_.at, when);
    failed_ = !time;
    if (failed_) message_ = time.error();
    if (failed_) return false;
    replay_->go_to(*time);
    paused_ = true;
  }
  refresh();
  if (options_.user) {
    uid_ = replay_->find_user(*options_.user);
    if (!uid_ && !failed_) message_ = "the recording has no user '" + *options_.user + "'";
    failed_ = failed_ || !uid_;
    rebuild();
  }
  return !failed_;
}

// What a refresh brought besides the sample.
void App::replayed() {
  if (settings_.threads != replay_->threads()) {
    settings_.threads = replay_->threads();
    resolve();
  }
  if (replay_->at_start()) say("this is the first sample");
  if (replay_->at_end()) {
    say("this is the last sample");
    paused_ = true;
    quit_ = quit_ || options_.count.has_value();
  }
  if (const auto damage = replay_->damage(); damage.size() > damage_told_) {
    damage_told_ = damage.size();
    say("damaged: " + damage_text(damage), Paint::error);
  }
}

// By hand, so that it does not run on.
void App::step() {
  paused_ = true;
  refresh();
}

void App::seek(const std::string& text) {
  const auto when = replay_->when();
  const auto time = parse_when(text, when);
  if (!time) return say(time.error(), Paint::error);
  replay_->go_to(*time);
  step();
  if (*time < when.first) say("the recording begins later: at " + date_time(when.first), Paint::warning);
  if (*time > when.last) say("the recording ends before: at " + date_time(when.last), Paint::warning);
}

bool App::act_on_replay(Action action) {
  const bool about_replays =
      action == Action::step_forward || action == Action::step_back || action == Action::seek;
  if (replay_ == nullptr) {
    if (about_replays) say("this is no recording: --replay FILE shows one", Paint::warning);
    return about_replays;
  }
  switch (action) {
    case Action::step_forward: step(); return true;
    case Action::step_back:
      replay_->go_back();
      step();
      return true;
    case Action::seek: ask_for(Asked::time, "Go to (03:12, -5m, +1h, first, last): "); return true;
    case Action::detail: say("a recording holds no maps: there are no details", Paint::warning); return true;
    case Action::toggle_threads:
      say(replay_->threads() ? "this was recorded with threads as rows" : "this was recorded without threads",
          Paint::warning);
      return true;
    default: return false;
  }
}

// Columns that the recording does not hold, of the process under the cursor.
std::string App::unrecorded() {
  std::string headers;
  const auto* task = under_cursor();
  if (task == nullptr) return headers;
  for (const auto& column : table_.columns()) {
    Value value;
    column.field->set(value, (*rows_)(*task));
    if (value == Value{Errc::not_recorded}) headers += (headers.empty() ? "" : " ") + column.header;
  }
  return headers;
}

void App::add_replay(Frame& frame, Size size) {
  if (replay_ == nullptr || size.rows < kRowsForReplay) return;
  const auto damage = damage_text(replay_->damage());
  const auto missing = unrecorded();
  add_replay_line(frame.next(),
                  {.host = replay_->host(),
                   .when = replay_->when(),
                   .paused = paused_,
                   .damage = damage,
                   .unrecorded = missing},
                  size.columns, {.utf8 = options_.utf8});
}

}  // namespace pageloupe::ptop
