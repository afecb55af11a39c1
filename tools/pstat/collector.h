// SPDX-License-Identifier: MIT
// One pass over the processes that a request chooses: each is read by the plan, and handed on.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "field/filter.h"
#include "field/process_fields.h"
#include "pstat/arguments.h"
#include "pstat/process_batches.h"
#include "render/writer.h"
#include "sample/process_counters.h"
#include "sample/sampler.h"

namespace pageloupe::pstat {

// What is needed of every process besides what its columns need.
struct CollectorNeeds {
  SourceSet columns{};
  bool history = false;              // keep what was read for the rates of the next pass
  std::shared_ptr<TaskScan> scan{};  // in place of the files that it knows; nullptr: none
};

// The iterator over processes, where the request wants it or gains by it. Errors: a message for the user.
[[nodiscard]] std::expected<std::shared_ptr<TaskScan>, std::string> open_scan(const ProcFs& procfs,
                                                                              const Request& request,
                                                                              SourceSet columns);

class Collector {
 public:
  Collector(const ProcFs& procfs, const Request& request, CollectorNeeds needs);

  using Visit = std::function<void(const ProcessRow&)>;

  // Reads the chosen processes, ascending or as -q names them, and calls `visit` for each row of them; of a
  // tree with a root nothing but stat is read of those outside. A row is valid during its call. Errors: those
  // of listing /proc.
  [[nodiscard]] Result<void> pass(const SystemFacts& system, const Visit& visit);

  // Processes that were named, as a tree's root too, and are not there, of the last pass.
  [[nodiscard]] std::span<const Pid> missing() const { return missing_; }

  // How many of the last pass were not in the one before, and the other way round; for a stream.
  [[nodiscard]] std::uint64_t begun() const { return begun_; }
  [[nodiscard]] std::uint64_t ended() const { return ended_; }

  [[nodiscard]] Names& names() { return names_; }

  // The counters of the rows; nothing where no column needs any.
  [[nodiscard]] const ProcessCounters* counters() const { return counters_ ? &*counters_ : nullptr; }

 private:
  [[nodiscard]] Result<std::vector<Pid>> candidates();
  [[nodiscard]] std::vector<Pid> tree_below(Pid root, std::span<const Pid> pids);
  void take(ReadProcess& read, const SystemFacts& system, const Visit& visit);
  void hand_on(Process& process, const SystemFacts& system, const Visit& visit);
  [[nodiscard]] bool passes_filter(const ProcessRow& row) const;
  [[nodiscard]] const Process* before(const Process& process) const;

  const ProcFs& procfs_;
  const Request& request_;
  Self self_;
  std::optional<Filter> filter_;
  std::shared_ptr<TaskScan> scan_;
  Sampler cheap_;  // what choosing needs, of all that may be in a tree
  ProcessBatches batches_;
  bool history_;
  SourceSet counted_;  // what counters are made of
  bool filter_counts_;
  std::optional<perf::SystemCalls> calls_;
  std::optional<ProcessCounters> counters_;
  Names names_;
  TextPool pool_;
  Process process_;
  std::vector<Pid> missing_;
  std::unordered_map<std::int64_t, Process> last_;  // by key_of()
  std::unordered_map<std::int64_t, Process> current_;
  Timestamp last_time_{};
  bool had_pass_ = false;
  double seconds_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t ended_ = 0;
};

}  // namespace pageloupe::pstat
