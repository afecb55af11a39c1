// SPDX-License-Identifier: MIT
// Where what is shown comes from: the live system, or a recording of one.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "ptop/tasks.h"
#include "sample/cgroup_use.h"
#include "sample/deferred.h"
#include "sample/machine.h"
#include "sample/system_facts.h"

namespace pageloupe::ptop {

class Feed {
 public:
  Feed() = default;
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  virtual ~Feed() = default;

  // The next pass, with those parts of the machine; tasks of the list may be gone. Errors: a message for the
  // user; what was there before stays.
  [[nodiscard]] virtual std::expected<void, std::string> refresh(SourceSet machine) = 0;

  [[nodiscard]] virtual TaskList& list() = 0;
  // Where files of few processes can be asked for; nullptr where there are none to read.
  [[nodiscard]] virtual Deferred* deferred() = 0;
  // What is known of such files.
  [[nodiscard]] virtual ProcessFiles* files() = 0;

  // What the last pass did, for people; empty where it did not read processes.
  [[nodiscard]] virtual std::string cost() const = 0;

  // From now on rows can have what columns of these files need, if it can be had: facts of the CPU, and
  // counters. Neither is looked for before.
  virtual void need(SourceSet /*files*/) {}

  [[nodiscard]] const MachineSample& machine() const { return machine_; }
  [[nodiscard]] const MachineSample* machine_before() const {
    return has_before_ ? &machine_before_ : nullptr;
  }
  [[nodiscard]] const CgroupLimits& cgroup() const { return cgroup_; }
  [[nodiscard]] const TaskCounts& counts() const { return counts_; }
  [[nodiscard]] const SystemFacts& facts() const { return facts_; }

 protected:
  // Before the machine is read anew.
  void keep_machine() {
    std::swap(machine_, machine_before_);
    has_before_ = machine_before_.at.value != 0;
  }
  // Once it is: the facts that rows need of it.
  void derive_facts();

  MachineSample machine_{};
  MachineSample machine_before_{};
  bool has_before_ = false;
  CgroupLimits cgroup_{};
  TaskCounts counts_{};
  SystemFacts facts_{};
};

// The live system.
class LiveFeed : public Feed {
 public:
  struct Options {
    bool threads = false;
    std::vector<Pid> only{};
    bool hold = true;                  // descriptors of processes, from pass to pass
    std::shared_ptr<TaskScan> scan{};  // in place of most files of processes
  };
  LiveFeed(const ProcFs& procfs, Background& background, const Options& options);

  [[nodiscard]] std::expected<void, std::string> refresh(SourceSet machine) override;
  [[nodiscard]] TaskList& list() override { return monitor_.list(); }
  [[nodiscard]] Deferred* deferred() override { return &deferred_; }
  [[nodiscard]] const ProcFs& procfs() const { return procfs_; }
  [[nodiscard]] ProcessFiles* files() override { return &deferred_; }
  [[nodiscard]] std::string cost() const override;
  void need(SourceSet files) override;

 private:
  const ProcFs& procfs_;
  MachineReader machine_reader_;
  CgroupReader cgroup_reader_;
  Monitor monitor_;
  Deferred deferred_;
};

}  // namespace pageloupe::ptop
