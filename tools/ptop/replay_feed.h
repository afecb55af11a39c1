// SPDX-License-Identifier: MIT
// A recording where the live system would be.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "ptop/feed.h"
#include "record/reader.h"
#include "record/when.h"
#include "sample/names.h"

namespace pageloupe::ptop {

class ReplayFeed : public Feed, private ProcessFiles {
 public:
  struct Options {
    std::vector<Pid> only{};
    Nanoseconds window{};  // what came before is looked at as far back, for trends
  };
  // Errors: a message for the user.
  [[nodiscard]] static std::expected<std::unique_ptr<ReplayFeed>, std::string> open(const std::string& path,
                                                                                    const Options& options);

  // What the next refresh shows, in place of the sample that follows.
  void go_back() { move_ = Move::back; }
  void go_to(Timestamp time) {
    move_ = Move::seek;
    target_ = time;
  }

  // Errors: nothing can be read any more, in either direction. At an end the sample stays: at_end(),
  // at_start().
  [[nodiscard]] std::expected<void, std::string> refresh(SourceSet machine) override;
  [[nodiscard]] TaskList& list() override { return list_; }
  [[nodiscard]] Deferred* deferred() override { return nullptr; }
  [[nodiscard]] ProcessFiles* files() override { return this; }
  [[nodiscard]] std::string cost() const override { return {}; }

  // The last refresh wanted to go further.
  [[nodiscard]] bool at_end() const { return at_end_; }
  [[nodiscard]] bool at_start() const { return at_start_; }
  [[nodiscard]] bool threads() const { return threads_; }
  [[nodiscard]] const std::string& host() const { return reader_->info().host; }
  [[nodiscard]] WhenContext when() const {
    return {.first = reader_->first_time(), .last = reader_->last_time(), .current = machine_.now};
  }
  // Grows as damaged places are met.
  [[nodiscard]] std::span<const Damage> damage() const { return reader_->damage(); }
  [[nodiscard]] Names& names() { return names_; }
  // A user of the recorded machine, as far as samples that were looked at name them.
  [[nodiscard]] std::optional<std::uint32_t> find_user(const std::string& name) const;

 private:
  enum class Move : std::uint8_t { next, back, seek };

  ReplayFeed(std::unique_ptr<RecordingReader> reader, Options options)
      : reader_(std::move(reader)), options_(std::move(options)), names_(Names::Of::another) {}

  [[nodiscard]] DeferredFiles* find(ProcessId id) override;
  void mark() override { marked_ = machine_.now; }

  [[nodiscard]] bool move();
  void show();    // the reader's sample, as the one that follows
  void arrive();  // the same, out of order: what came before it is looked at anew
  void begin_anew();
  void show_between(Timestamp from, const SampleHead& target);
  void take_files();

  std::unique_ptr<RecordingReader> reader_;
  Options options_;
  Names names_;
  TaskList list_;
  std::map<ProcessId, DeferredFiles> files_;
  std::string boot_id_;
  std::optional<Timestamp> marked_;
  Move move_ = Move::next;
  Timestamp target_{};
  bool at_end_ = false;
  bool at_start_ = false;
  bool threads_ = false;
};

}  // namespace pageloupe::ptop
