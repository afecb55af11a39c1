// SPDX-License-Identifier: MIT
#include "ptop/detail_feed.h"

#include <algorithm>
#include <limits>

namespace pageloupe::ptop {
namespace {

// Rates need a second sample: it comes soon after the first.
constexpr Nanoseconds kSoon{250'000'000};
constexpr Instant kNever{std::numeric_limits<std::uint64_t>::max()};

// The environment is read on request, and then once.
bool is_wanted(const DetailView& view) {
  return view.tab != DetailTab::environment || view.environment_asked;
}

}  // namespace

DetailFeed::DetailFeed(Background& background, DetailSource source, DetailSubject subject)
    : background_(background), source_(std::move(source)) {
  data_.subject = std::move(subject);
}

bool DetailFeed::update(Instant now, DetailView& view) {
  data_.now = now;
  bool changed = false;
  for (const auto& info : kDetailTabInfos) changed = take(info.tab) || changed;
  if (changed) arrange(view, data_);
  const auto& part = progress(view.tab);
  if (!data_.ended && is_wanted(view) && !part.task && part.due <= now) changed = start(view.tab) || changed;
  return changed;
}

void DetailFeed::read_again(const DetailView& view) { progress(view.tab).due = {}; }

Instant DetailFeed::next_due(const DetailView& view) const {
  const auto& part = progress(view.tab);
  return data_.ended || !is_wanted(view) || part.task ? kNever : part.due;
}

bool DetailFeed::start(DetailTab tab) {
  auto& part = progress(tab);
  auto task = std::make_shared<DetailTask>(DetailRequest{.proc_root = source_.proc_root,
                                                         .cgroup_root = source_.cgroup_root,
                                                         .id = data_.subject.id,
                                                         .tab = tab,
                                                         .system = source_.system,
                                                         .clock = time_since_boot});
  const bool started = background_.start(task);
  part.due = data_.now + source_.least_interval;
  if (started) part.task = std::move(task);
  return visit_part(data_, tab, [&](auto& shown) {
    if (started) {
      shown.asked_at = data_.now;
    } else if (!shown.value) {
      shown.value = std::unexpected(Errc::blocked);
    }
    return !shown.value;
  });
}

bool DetailFeed::take(DetailTab tab) {
  auto& part = progress(tab);
  if (!part.task || !part.task->done()) return false;
  auto& reading = part.task->reading();
  const bool rates_wait = tab == DetailTab::threads && threads_.empty();
  const auto least = rates_wait ? std::min(kSoon, source_.least_interval) : source_.least_interval;
  const auto rest = Nanoseconds{std::max(reading.cost.value * kRest, least.value)};
  part.due = tab == DetailTab::environment ? kNever : reading.read_at + rest;
  data_.ended = data_.ended || (!reading.part && reading.part.error() == Errc::gone);
  visit_part(data_, tab, [&](auto& shown) { shown.asked_at.reset(); });
  // Of a process that has ended, what was known stays.
  const bool known = visit_part(data_, tab, [](const auto& shown) { return shown.value.has_value(); });
  if (!data_.ended || !known) take_part(tab, reading);
  part.task.reset();
  return true;
}

void DetailFeed::take_part(DetailTab tab, DetailReading& reading) {
  visit_part(data_, tab, [&]<class T>(DetailPart<T>& shown) {
    shown.read_at = reading.read_at;
    shown.cost = reading.cost;
    if (!reading.part) {
      shown.value = std::unexpected(reading.part.error());
      return;
    }
    if constexpr (std::is_same_v<T, ThreadsPart>) {
      take_threads(std::get<ThreadSamples>(std::move(*reading.part)), reading.read_at);
    } else {
      shown.value = std::get<T>(std::move(*reading.part));
    }
  });
}

void DetailFeed::take_threads(ThreadSamples samples, Instant read_at) {
  const auto seconds = threads_.empty() ? 0.0 : to_seconds(read_at - threads_at_);
  data_.threads.value = join_threads(samples, threads_, seconds, source_.system);
  threads_ = std::move(samples);
  threads_at_ = read_at;
}

}  // namespace pageloupe::ptop
