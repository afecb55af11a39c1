// SPDX-License-Identifier: MIT
// Records what is shown: a sample per refresh, made into text and written by another thread, so that a disk
// that is slow or does not answer keeps neither keys nor the screen waiting.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

#include "ptop/command_lines.h"
#include "ptop/feed.h"
#include "record/writer.h"

namespace pageloupe::ptop {

class Recorder {
 public:
  struct Options {
    std::string path{};
    RecordingLimits limits{};
    Nanoseconds interval{};
  };
  // Errors: a message for the user. `procfs` and `background` outlive the recorder.
  [[nodiscard]] static std::expected<std::unique_ptr<Recorder>, std::string> open(const ProcFs& procfs,
                                                                                  Background& background,
                                                                                  const Options& options);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  // One sample of what the feed has now. It is left out where the one before is still being written.
  void take(Feed& feed, bool threads);

  // Ends the file. Waits for the disk, not longer than that: false where it does not answer.
  [[nodiscard]] bool finish(std::chrono::nanoseconds patience);

  // Why nothing is recorded any more, with the name of the file; empty as long as all goes well.
  [[nodiscard]] std::string failure() const;
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  // How many were left out.
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  struct Shared;
  class Writing;

  Recorder(const ProcFs& procfs, Background& background, std::string path, std::shared_ptr<Shared> shared);
  void fill(Feed& feed, bool threads);
  [[nodiscard]] bool idle();

  Background& background_;
  std::string path_;
  CommandLines command_lines_;
  std::shared_ptr<Shared> shared_;  // this thread's, while no writing is under way
  std::shared_ptr<Writing> writing_;
  std::string error_;
  std::uint64_t samples_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace pageloupe::ptop
