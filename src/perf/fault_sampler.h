// SPDX-License-Identifier: MIT
// The addresses at which the threads of a process page-fault, as they do: software events, no PMU needed.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "perf/counter_group.h"
#include "perf/samples.h"

namespace pageloupe::perf {

enum class FaultKind : std::uint8_t { minor, major };

// A ring of the kernel's in our memory.
class Ring {
 public:
  // Maps 2^n pages, fewer where the limit of locked memory asks for it. Errors: denied, io.
  [[nodiscard]] static Result<Ring> map(int fd, std::size_t pages);
  Ring(Ring&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), size_(other.size_), fd_(other.fd_) {}
  Ring& operator=(Ring&&) = delete;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  // Takes all that was written since; `buffer` is where what wraps around is put together.
  [[nodiscard]] bool drain(std::vector<std::byte>& buffer, FaultRecords& to);
  [[nodiscard]] int fd() const { return fd_; }

 private:
  Ring(void* memory, std::size_t size, int fd) : memory_(memory), size_(size), fd_(fd) {}

  void* memory_;
  std::size_t size_;  // of the data
  int fd_;
};

class FaultSampler {
 public:
  // Two events for each thread and CPU, whose samples go to one ring of 512 KiB a CPU. Threads that begin
  // later are seen too, since Linux 5.13.
  // Errors: gone, denied, no_descriptors, unsupported, io.
  [[nodiscard]] static Result<FaultSampler> open(Calls& calls, Budget& budget, std::span<const Pid> threads,
                                                 std::span<const int> cpus);

  struct Fault {
    FaultKind kind = FaultKind::minor;
    Pid tid{};
    Address address{};
  };

  // Waits for samples, no longer than `most` and not past a signal; appends what there is.
  void wait(std::chrono::milliseconds most);
  // The faults since the last call, each CPU's in their order.
  [[nodiscard]] std::span<const Fault> take();

  // No more faults are counted; what the rings hold can still be taken.
  void stop();

  // Samples for which a ring had no room, as far as the kernel has said so.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  // How many faults there were, by the events' own counts: after stop(), those taken and those lost.
  [[nodiscard]] std::uint64_t counted(FaultKind kind);

  [[nodiscard]] bool user_only() const { return user_only_; }
  [[nodiscard]] bool follows_threads() const { return follows_threads_; }

 private:
  struct Source {
    Descriptor fd{};
    FaultKind kind = FaultKind::minor;
  };

  FaultSampler(Calls& calls, Budget& budget) : calls_(&calls), budget_(&budget) {}
  [[nodiscard]] Result<void> open_cpu(std::span<const Pid> threads, int cpu);
  [[nodiscard]] int open_event(Pid thread, int cpu, FaultKind kind);

  Calls* calls_;
  Budget* budget_;
  std::vector<Source> sources_{};
  std::vector<Ring> rings_{};
  std::unordered_map<std::uint64_t, FaultKind> kinds_{};  // by the event's ID
  std::vector<std::byte> buffer_{};
  FaultRecords records_{};
  std::vector<Fault> faults_{};
  std::uint64_t lost_ = 0;
  bool user_only_ = false;
  bool follows_threads_ = true;
};

}  // namespace pageloupe::perf
