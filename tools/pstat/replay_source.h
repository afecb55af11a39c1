// SPDX-License-Identifier: MIT
// The processes of a recording, from a time on.
#pragma once

#include <optional>

#include "cli/run_info.h"
#include "field/filter.h"
#include "pstat/arguments.h"
#include "pstat/process_source.h"
#include "record/open_replay.h"

namespace pageloupe::pstat {

// Users and groups as the sample has them; terminals as this machine has.
[[nodiscard]] Accounts recorded_accounts(const RecordedSample& sample);

class ReplaySource : public ProcessSource {
 public:
  // `reader` is at the first sample to show; both outlive this.
  ReplaySource(RecordingReader& reader, const Request& request);

  [[nodiscard]] Facts run_facts() const override { return run_.facts(); }
  [[nodiscard]] SystemFacts system() override { return system_facts(reader_.info(), reader_.sample().head); }
  [[nodiscard]] SystemMemory memory() override;
  [[nodiscard]] Result<void> pass(const SystemFacts& system, const Visit& visit) override;
  [[nodiscard]] bool next(std::chrono::nanoseconds delay) override;
  [[nodiscard]] bool has_past() const override { return true; }
  [[nodiscard]] std::span<const Pid> missing() const override { return missing_; }
  [[nodiscard]] std::uint64_t begun() const override { return begun_; }
  [[nodiscard]] std::uint64_t ended() const override { return ended_; }

 private:
  [[nodiscard]] std::vector<Pid> candidates();
  [[nodiscard]] std::vector<Pid> tree_below(Pid root);
  [[nodiscard]] bool chosen(const Process& process) const;
  void hand_on(const RecordedProcess& recorded, const SystemFacts& system, const Visit& visit);
  [[nodiscard]] const RecordedProcess* before(const Process& process) const;
  void count_changes();

  RecordingReader& reader_;
  const Request& request_;
  RunInfo run_;
  std::optional<Filter> filter_;
  std::optional<RecordedSample> before_;
  Names names_{Names::Of::another};
  TextPool pool_;
  Process process_;
  std::vector<Pid> missing_;
  double seconds_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t ended_ = 0;
};

}  // namespace pageloupe::pstat
