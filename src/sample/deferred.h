// SPDX-License-Identifier: MIT
// What a monitor reads besides stat and statm: files that may block or cost much. They are read in the
// background, of few processes at a time, and kept by identity with their age.
#pragma once

#include <map>
#include <memory>
#include <span>

#include "base/background.h"
#include "sample/monitor.h"
#include "sample/process_counters.h"
#include "sample/sampler.h"

namespace pageloupe {

// What is known of one process.
struct DeferredFiles {
  Process process{};  // the slots of the files that were asked for; the rest is the reader's to fill
  Process before{};   // those of the reading before
  bool has_before = false;
  Instant at{};  // when they were read
  Instant before_at{};
  Nanoseconds cost{};  // what the reading took
  GrowthTrack pss{};
  SourceSet files{};     // what was read
  bool blocked = false;  // has been read for longer than is decent: its memory does not answer

  [[nodiscard]] double seconds() const { return has_before ? to_seconds(at - before_at) : 0; }
};

// Where they are looked up: read in the background, or recorded.
class ProcessFiles {
 public:
  ProcessFiles() = default;
  ProcessFiles(const ProcessFiles&) = delete;
  ProcessFiles& operator=(const ProcessFiles&) = delete;
  virtual ~ProcessFiles() = default;

  // nullptr where nothing is known of that process. Valid until files are taken again.
  [[nodiscard]] virtual DeferredFiles* find(ProcessId id) = 0;

  // Growth of PSS counts from here.
  virtual void mark() = 0;
};

class Deferred : public ProcessFiles {
 public:
  // With `threads` each task is a thread, and its counters are its own.
  struct Options {
    bool threads = false;
  };
  Deferred(const ProcFs& procfs, Background& background, const Options& options)
      : procfs_(procfs.unguarded()), background_(background), options_(options) {}
  Deferred(const ProcFs& procfs, Background& background) : Deferred(procfs, background, {}) {}

  // From now on counters that are asked for are attached; before, they are not_sampled.
  void count_with(std::shared_ptr<CounterAccess> access) { access_ = std::move(access); }
  // nullptr before.
  [[nodiscard]] const CounterAccess* counters() const { return access_.get(); }

  // Asks for files of these tasks, the first ones first. One that is being read, or was read so shortly ago
  // that reading it again would burden it (twenty times what the reading took, `fresh` at least), is not
  // asked again. No more than `most` are asked for. Returns how many were.
  std::size_t ask(std::span<WatchedTask* const> tasks, SourceSet files, Instant now, Nanoseconds fresh,
                  std::size_t most);

  // Takes what has been read meanwhile; true when there was something new.
  bool collect(Instant now);

  // Waits for all that was asked but is not known to be blocked, or until the time is over.
  void wait(Nanoseconds patience);

  [[nodiscard]] DeferredFiles* find(ProcessId id) override;

  // Once a refresh: forgets the processes that are gone, and those not asked for in the last passes; closes
  // the counters of those that were not asked for them since the last time.
  void forget(const TaskList& list);

  void mark() override;

  // How many are being read and not known to be blocked.
  [[nodiscard]] std::size_t expected() const;

 private:
  class Reading;
  struct Entry {
    DeferredFiles known{};
    std::shared_ptr<Reading> reading{};
    std::shared_ptr<TaskCounters> counters{};  // a reading that hangs has them too
    bool counted = false;                      // counters were asked for since the last refresh
    std::uint64_t asked_pass = 0;
    bool any = false;  // something was read, or is blocked
  };

  [[nodiscard]] bool due(const Entry& entry, SourceSet files, Instant now, Nanoseconds fresh) const;
  static void take(Entry& entry);

  void count(Entry& entry);

  ProcFs procfs_;
  Background& background_;
  Options options_;
  std::shared_ptr<CounterAccess> access_{};
  std::map<ProcessId, Entry> entries_;
  std::uint64_t pass_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace pageloupe
