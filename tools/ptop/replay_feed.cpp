// SPDX-License-Identifier: MIT
#include "ptop/replay_feed.h"

#include <algorithm>

#include "record/feed.h"
#include "record/machine_facts.h"
#include "record/recording_info.h"

namespace pageloupe::ptop {

std::expected<std::unique_ptr<ReplayFeed>, std::string> ReplayFeed::open(const std::string& path,
                                                                         const Options& options) {
  auto reader = RecordingReader::open(path);
  if (!reader) return std::unexpected("'" + path + "' " + reader.error());
  return std::unique_ptr<ReplayFeed>(new ReplayFeed(std::move(*reader), options));
}

std::optional<std::uint32_t> ReplayFeed::find_user(const std::string& name) const {
  for (const auto& [uid, known] : reader_->sample().users) {
    if (known == name) return uid;
  }
  return std::nullopt;
}

DeferredFiles* ReplayFeed::find(ProcessId id) {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : &found->second;
}

std::expected<void, std::string> ReplayFeed::refresh(SourceSet /*machine*/) {
  at_end_ = at_start_ = false;
  if (!move()) {
    if (list_.passes() != 0) return {};
    return std::unexpected("the recording holds no sample that can be read: " + damage_text(damage()));
  }
  names_ = Names(Names::Of::another);
  feed_names(reader_->sample(), names_);
  count_tasks(list_.tasks(), counts_);
  return {};
}

// False where the sample stays.
bool ReplayFeed::move() {
  switch (std::exchange(move_, Move::next)) {
    case Move::next:
      at_end_ = !reader_->next();
      if (!at_end_) show();
      return !at_end_;
    case Move::back:
      at_start_ = !reader_->back();
      if (!at_start_) arrive();
      return !at_start_;
    case Move::seek:
      at_end_ = !reader_->seek(target_);
      if (!at_end_) arrive();
      return !at_end_;
  }
  return false;
}

void ReplayFeed::begin_anew() {
  list_ = TaskList(reader_->info().page_size);
  files_.clear();
  machine_ = {};
  machine_before_ = {};
}

// Growth, trends and rates of a sample need those before it: the one that growth counts from, and those of
// the window.
void ReplayFeed::arrive() {
  const auto target = reader_->sample().head;
  const auto& info = reader_->info();
  boot_id_ = info.boot_id;
  begin_anew();
  // A track remembers no more points; and a long window costs as much as what is in it.
  const auto most = info.interval.value * GrowthTrack::kPoints;
  const auto window =
      info.interval.value == 0 ? options_.window.value : std::min(options_.window.value, most);
  const auto from = marked_.value_or(reader_->first_time());
  if (from < target.time && reader_->seek(from) && reader_->sample().head.boottime < target.boottime) {
    show();
    if (marked_) {
      list_.mark();
      for (auto& [id, files] : files_) files.pss.mark();
    }
  }
  show_between({target.time.value - std::min(target.time.value, window)}, target);
  show();
}

// The samples from then on up to the target, at which the reader is afterwards.
void ReplayFeed::show_between(Timestamp from, const SampleHead& target) {
  const auto is_before = [&] { return reader_->sample().head.boottime < target.boottime; };
  if (reader_->seek(from)) {
    while (is_before()) {
      if (reader_->sample().head.boottime > list_.now()) show();
      if (!reader_->next()) break;
    }
  }
  if (reader_->sample().head.boottime == target.boottime) return;
  // The clock of the wall was set back, or the machine was booted meanwhile: no way leads there in time.
  begin_anew();
  std::ignore = reader_->seek(target.time);
}

void ReplayFeed::show() {
  const auto& sample = reader_->sample();
  const auto& info = reader_->info();
  const bool follows = list_.passes() != 0 && boot_id_ == info.boot_id && sample.head.boottime > list_.now();
  if (!follows) begin_anew();
  boot_id_ = info.boot_id;
  keep_machine();
  from_facts(sample.head, machine_, cgroup_);
  facts_ = system_facts(info, sample.head);
  derive_facts();
  threads_ = sample.head.threads;
  feed(sample, info, options_.only, list_);
  take_files();
}

void ReplayFeed::take_files() {
  const auto& sample = reader_->sample();
  for (const auto& [pid, recorded] : sample.processes) {
    if (!recorded.process.stat || list_.find(Pid{pid}) == nullptr) continue;
    const auto at = recorded.files_at.value == 0 ? sample.head.boottime : recorded.files_at;
    auto [place, is_new] = files_.try_emplace({recorded.process.pid, recorded.process.stat->starttime});
    auto& files = place->second;
    if (is_new || files.at != at) {
      std::swap(files.before, files.process);
      files.has_before = !is_new;
      files.before_at = files.at;
    } else if (!recorded.changed) {
      continue;
    }
    files.process = recorded.process;
    mark_unrecorded(files.process);
    files.at = at;
    if (!files.process.rollup) continue;
    if (const auto pss = files.process.rollup->bytes(SmapsKey::pss)) files.pss.note(at, *pss);
  }
  std::erase_if(files_, [this](const auto& files) { return list_.find(files.first) == nullptr; });
}

}  // namespace pageloupe::ptop
