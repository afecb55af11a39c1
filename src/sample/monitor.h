// SPDX-License-Identifier: MIT
// The processes of a live /proc, pass after pass, at a price that follows what they do: of one that slept
// since the pass before, a single descriptor is read that was left open (schedstat, 2.6 µs; opening and
// reading stat and statm is 14).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/unique_fd.h"
#include "bpf/task_scan.h"
#include "proc/procfs.h"
#include "sample/task_list.h"

namespace pageloupe {

// Raises the soft limit of open descriptors to the hard one, and says how many of them may be held for good:
// half of it, and 0 where it is small.
[[nodiscard]] std::size_t descriptors_to_hold();

class Monitor {
 public:
  struct Options {
    bool threads = false;       // a task for each thread
    std::size_t most_held = 0;  // descriptors that may stay open
    std::vector<Pid> only{};    // these processes and no others; empty: all
    Bytes page_size{4096};
    std::uint64_t ticks_per_second = 100;
    std::shared_ptr<TaskScan> scan{};  // what it says of processes is not read from their files
  };

  Monitor(const ProcFs& procfs, const Options& options);

  // One pass. Errors: those of listing /proc; malformed where it holds no process.
  [[nodiscard]] Result<void> refresh(Instant now);

  [[nodiscard]] TaskList& list() { return list_; }
  [[nodiscard]] const TaskList& list() const { return list_; }

  // What the last pass did.
  struct Cost {
    bool listed = false;        // /proc was listed: new processes were looked for
    std::uint64_t scanned = 0;  // processes that the iterator in the kernel told of
    std::uint64_t slept = 0;    // tasks of which schedstat said that they did nothing
    std::uint64_t read = 0;     // tasks whose stat was read
    std::uint64_t opened = 0;   // files that were opened for it
  };
  [[nodiscard]] const Cost& cost() const { return cost_; }
  [[nodiscard]] std::size_t held() const { return held_; }

 private:
  // The files of a task that stay open, and what schedstat said.
  struct Handles {
    UniqueFd schedstat{};
    UniqueFd stat{};
    UniqueFd statm{};
    std::array<char, 64> slept_as{};
    std::uint8_t slept_size = 0;
    std::uint8_t reads = 0;  // passes in a row in which it was read
  };
  enum class Presence : std::uint8_t { slept, read, gone };

  [[nodiscard]] bool news();
  [[nodiscard]] Result<void> list_processes();
  [[nodiscard]] bool serves_scan() const;
  void scan();
  void look_at_known();
  void look_for_new(std::span<const Pid> pids);
  void read_new(Pid tgid, Pid pid);
  void list_threads(Pid tgid);
  [[nodiscard]] PidDir directory(Pid tgid, Pid pid) const;
  [[nodiscard]] Presence look(WatchedTask& task);
  [[nodiscard]] bool sleeps(const WatchedTask& task, Handles& handles, bool& gone);
  [[nodiscard]] bool read(Pid tgid, Pid pid, Handles* handles);
  [[nodiscard]] Result<std::string_view> text_of(const PidDir& dir, const char* file, UniqueFd* held);
  void read_statm(const PidDir& dir, UniqueFd* held);
  [[nodiscard]] bool hold(UniqueFd& fd, const PidDir& dir, const char* file);
  void drop(Handles& handles);
  void reparented();

  const ProcFs& procfs_;
  Options options_;
  TaskList list_;
  std::vector<Handles> handles_;  // by slot
  std::vector<Pid> listed_;
  std::unordered_set<std::int32_t> ended_;
  TaskReading reading_;
  std::string buffer_;
  std::optional<Pid> last_pid_{};
  std::uint64_t unlisted_passes_ = 0;
  std::size_t held_ = 0;
  bool has_schedstat_ = true;
  Cost cost_{};
};

}  // namespace pageloupe
