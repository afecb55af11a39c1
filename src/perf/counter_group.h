// SPDX-License-Identifier: MIT
// Counters on all threads of a process: opened together, read together, closed together.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/units.h"
#include "perf/calls.h"
#include "perf/counts.h"
#include "perf/machine.h"

namespace pageloupe::perf {

// Who is counted beside the threads that are there.
enum class Inherit : std::uint8_t {
  none,
  threads,   // those that they begin; not the processes that they fork
  everyone,  // those too
};

struct OpenOptions {
  Inherit inherit = Inherit::threads;
  bool on_exec = false;  // begin when the process runs another program
};

// How many descriptors may still be opened; threads may share it. A counter takes 2 to 3 KiB of the kernel's
// memory and 6 to 20 µs.
class Budget {
 public:
  explicit Budget(std::size_t left) : left_(left) {}
  [[nodiscard]] bool take(std::size_t count) {
    auto left = left_.load();
    while (count <= left) {
      if (left_.compare_exchange_weak(left, left - count)) return true;
    }
    return false;
  }
  void give_back(std::size_t count) { left_ += count; }
  [[nodiscard]] std::size_t left() const { return left_; }

 private:
  std::atomic<std::size_t> left_;
};

// Raises the soft limit of open files to the hard one; returns how many of them counters may take, 16,384 at
// most, and leaves 128 for everything else.
[[nodiscard]] std::size_t raise_descriptor_limit();

class CounterGroup {
 public:
  // Opens the plan's groups on each of the threads. It always succeeds: what could not be opened has its
  // reason in the counts. `calls`, `machine` and `budget` must outlive it.
  CounterGroup(Calls& calls, const Machine& machine, Budget& budget, std::span<const Pid> threads,
               const Plan& plan, OpenOptions options = {});
  CounterGroup(CounterGroup&& other) noexcept;
  CounterGroup& operator=(CounterGroup&&) = delete;
  CounterGroup(const CounterGroup&) = delete;
  CounterGroup& operator=(const CounterGroup&) = delete;
  ~CounterGroup();

  // Reads all of them: one call for each thread and group. What is counted since they were opened, all kinds
  // of cores together; `cpu` is left to the caller.
  [[nodiscard]] const Counts& read();

  // The part of one kind of core, as of the last read(); of a machine with several PMUs.
  [[nodiscard]] const Counts& part(std::size_t pmu) const { return parts_[pmu]; }
  [[nodiscard]] std::size_t parts() const { return parts_.size(); }

  [[nodiscard]] std::size_t descriptors() const { return descriptors_; }
  // Threads on which not all that is there could be opened for want of descriptors.
  [[nodiscard]] std::size_t threads_left_out() const { return left_out_; }

 private:
  struct Member {
    Descriptor fd{};
    std::uint64_t id = 0;
    std::uint64_t last = 0;
  };
  // One group of one thread on one PMU.
  struct Unit {
    Group group{};
    std::uint8_t pmu = 0;
    std::array<Member, kMostInGroup> members{};
    std::uint64_t enabled = 0;
    std::uint64_t running = 0;
  };
  // What one reading added.
  struct Added {
    std::array<std::uint64_t, kMostInGroup> values{};
    std::uint64_t enabled = 0;
    std::uint64_t running = 0;
  };

  void open_thread(Pid thread, const Plan& plan, const OpenOptions& options);
  void open_unit(Pid thread, Group group, std::size_t pmu, const Plan& plan, const OpenOptions& options);
  [[nodiscard]] std::expected<Descriptor, Errc> open_event(Pid thread, Event event, const Encoding& encoding,
                                                           int leader, const OpenOptions& options);
  void note(Group group, std::size_t pmu, std::size_t place, const Cell<std::uint64_t>& outcome);
  [[nodiscard]] Added read_unit(Unit& unit);
  void add(std::span<const Unit> units, std::span<const Added> added);

  Calls* calls_;
  const Machine* machine_;
  Budget* budget_;
  std::vector<Unit> units_;   // those of one thread and group stand together, a PMU after the other
  std::vector<Added> added_;  // of the units that are read together
  std::vector<Counts> parts_;
  Counts sum_{};
  std::size_t descriptors_ = 0;
  std::size_t left_out_ = 0;
  bool user_only_ = false;
};

}  // namespace pageloupe::perf
