// SPDX-License-Identifier: MIT
// Processes over time, wherever they are read from: a live /proc or a recording. A process is one identity,
// (pid, start time), and keeps its place as long as it is seen.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "sample/growth.h"
#include "sample/process.h"

namespace pageloupe {

// One process, or one thread where threads are watched, as the last pass saw it.
struct WatchedTask {
  Pid tgid{};
  Pid pid{};  // of the thread, where threads are watched
  PidStat stat{};
  Slot<PidStatm> statm = std::unexpected(Errc::not_sampled);
  Slot<Owner> owner = std::unexpected(Errc::not_sampled);

  // What stat counted at the pass before; all 0 for what began since then.
  struct Counters {
    Ticks utime{};
    Ticks stime{};
    std::uint64_t minflt = 0;
    std::uint64_t majflt = 0;
  };
  Counters before{};
  std::uint32_t slot = 0;       // a small number of its own while it lives, for what others keep of it
  bool wanted = false;          // somebody looks at it: it is to be read even if it seems to sleep
  bool has_before = false;      // was there at the pass before, or began since then
  bool changed = true;          // the last pass saw it differ from the one before, or for the first time
  std::uint64_t seen_pass = 0;  // number of the last pass that saw it
  Instant first_seen{};
  GrowthTrack vsz{};
  GrowthTrack rss{};

  [[nodiscard]] ProcessId id() const { return {pid, stat.starttime}; }
  [[nodiscard]] bool is_thread() const { return pid != tgid; }
  [[nodiscard]] bool is_kernel_thread() const { return (stat.flags & kKernelThreadFlag) != 0; }
};

// What a pass read of a task.
struct TaskReading {
  Pid tgid{};
  Pid pid{};
  PidStat stat{};
  Slot<PidStatm> statm = std::unexpected(Errc::not_sampled);
  Slot<Owner> owner = std::unexpected(Errc::not_sampled);
};

class TaskList {
 public:
  explicit TaskList(Bytes page_size = {4096}) : page_size_(page_size) {}

  // A pass: observe() or unchanged() for every task that is there, in any order; end_pass() forgets the
  // others. What began since the pass before is told by its start time, in ticks since boot of which
  // `ticks_per_second` make a second.
  void begin_pass(Instant now, std::uint64_t ticks_per_second = 100);
  WatchedTask& observe(const TaskReading& reading);
  void unchanged(WatchedTask& task);
  void end_pass();

  // Ascending by process, then by thread; valid until the next pass ends.
  [[nodiscard]] std::span<WatchedTask* const> tasks() const { return order_; }
  [[nodiscard]] WatchedTask* find(Pid pid) const;
  [[nodiscard]] const WatchedTask* find(ProcessId id) const;

  // Time between the last two passes, in seconds; 0 before the second.
  [[nodiscard]] double seconds() const { return seconds_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::uint64_t passes() const { return pass_; }
  // No task's slot is as high as this.
  [[nodiscard]] std::size_t slots() const { return owned_.size(); }
  // How many began and ended with the last pass.
  [[nodiscard]] std::size_t begun() const { return begun_; }
  [[nodiscard]] std::size_t ended() const { return ended_; }

  // Growth counts from here.
  void mark();
  [[nodiscard]] Instant marked_at() const { return marked_at_; }

 private:
  WatchedTask& arrive(const TaskReading& reading);
  void note_growth(WatchedTask& task) const;

  Bytes page_size_;
  std::vector<WatchedTask*> order_;
  std::vector<WatchedTask*> arrived_;                // with this pass, not yet in the order
  std::vector<std::unique_ptr<WatchedTask>> owned_;  // all there are
  std::vector<WatchedTask*> unused_;                 // of those that ended, for the next that begin
  std::unordered_map<std::int32_t, WatchedTask*> by_pid_;
  Instant now_{};
  Ticks previous_pass_{};  // in ticks since boot
  Instant marked_at_{};
  double seconds_ = 0;
  std::uint64_t pass_ = 0;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace pageloupe
