// SPDX-License-Identifier: MIT
// Keeps the details of a process up to date while they are looked at.
#pragma once

#include <array>
#include <memory>

#include "ptop/detail_task.h"
#include "ptop/detail_view.h"

namespace pageloupe::ptop {

// Where and how often details are read.
struct DetailSource {
  std::string proc_root = "/proc";
  std::string cgroup_root =
      "/sys/fs/cgroup";  // empty where the cgroups of `proc_root` are not this machine's
  SystemFacts system{};
  Nanoseconds least_interval{1'000'000'000};
};

class DetailFeed {
 public:
  // A part is not read again before this many times as long as reading it took: at most 5 % of a CPU, and the
  // process's memory is held up no more than that.
  static constexpr std::uint64_t kRest = 20;

  // `background` outlives the feed.
  DetailFeed(Background& background, DetailSource source, DetailSubject subject);

  // Takes what was read meanwhile, arranging the view, and starts what is due of the tab that is looked at.
  // True when there is something else to show than before, beside its age.
  bool update(Instant now, DetailView& view);

  // Reads what is looked at as soon as it may be, however young it is.
  void read_again(const DetailView& view);

  // When update() is to be called next where nothing happens before. The thread that reads says so by
  // Background::notice_fd().
  [[nodiscard]] Instant next_due(const DetailView& view) const;

  [[nodiscard]] const DetailData& data() const { return data_; }

 private:
  // How the part of a tab stands.
  struct Progress {
    std::shared_ptr<DetailTask> task{};
    Instant due{};
  };

  [[nodiscard]] bool take(DetailTab tab);
  void take_part(DetailTab tab, DetailReading& reading);
  void take_threads(ThreadSamples samples, Instant read_at);
  [[nodiscard]] bool start(DetailTab tab);
  [[nodiscard]] Progress& progress(DetailTab tab) { return progress_[static_cast<std::size_t>(tab)]; }
  [[nodiscard]] const Progress& progress(DetailTab tab) const {
    return progress_[static_cast<std::size_t>(tab)];
  }

  Background& background_;
  DetailSource source_;
  DetailData data_;
  std::array<Progress, kDetailTabs> progress_{};
  ThreadSamples threads_{};  // the last ones, for rates
  Instant threads_at_{};
};

}  // namespace pageloupe::ptop
