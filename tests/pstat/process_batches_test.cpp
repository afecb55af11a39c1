// SPDX-License-Identifier: MIT
#include "pstat/process_batches.h"

#include <filesystem>
#include <sys/stat.h>

#include "base/stillness.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe::pstat {
namespace {

std::string stat_of(int pid) {
  return std::to_string(pid) +
         " (a) S 1 1 1 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 5000 4096 10 18446744073709551615 0 0 0 0 0 0 0 "
         "0 0 "
         "0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

// A copy of /proc with that many processes.
struct Machine {
  FakeProc proc{};
  std::vector<Pid> pids{};
  std::shared_ptr<Guard> guard = std::make_shared<Guard>(std::make_shared<Background>());

  explicit Machine(int count) {
    for (int pid = 1; pid <= count; ++pid) {
      proc.file(pid, "stat", stat_of(pid));
      proc.file(pid, "cmdline", "program");
      pids.push_back({pid});
    }
  }
  void hang(int pid, const std::string& file) const {
    const auto path = proc.root() / std::to_string(pid) / file;
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  }
  [[nodiscard]] ProcessBatches batches(const std::shared_ptr<Guard>& by) const {
    return {
        proc.procfs().guarded(by),
        {.choosing = Source::stat, .rest = Source::cmdline, .wants = [](const Process&) { return true; }}};
  }
};

struct Seen {
  std::vector<Pid> order{};
  std::vector<int> blocked{};
};

Seen read_all(ProcessBatches& batches, const Machine& machine) {
  Seen seen;
  batches.read(machine.pids, [&](Pid pid, const ReadProcess& read) {
    seen.order.push_back(pid);
    REQUIRE(read.chosen);
    CHECK(read.process.pid == pid);
    if (read.process.cmdline) {
      CHECK(*read.process.cmdline == "program");
    } else {
      CHECK(read.process.cmdline.error() == Errc::blocked);
      seen.blocked.push_back(pid.value);
    }
  });
  return seen;
}

TEST_CASE("all processes come, in their order, with another thread or without", "[background]") {
  const Machine machine(700);
  auto batches = machine.batches(GENERATE(false, true) ? machine.guard : nullptr);
  for (int pass = 0; pass < 2; ++pass) {
    const auto seen = read_all(batches, machine);
    CHECK(seen.order == machine.pids);
    CHECK(seen.blocked.empty());
  }
}

TEST_CASE("a file that hangs is blocked of its process alone, and is asked for once", "[background]") {
  const Machine machine(600);
  machine.hang(3, "cmdline");
  machine.hang(500, "cmdline");
  auto batches = machine.batches(machine.guard);
  auto seen = read_all(batches, machine);
  CHECK(seen.order == machine.pids);
  CHECK(seen.blocked == std::vector<int>{3, 500});
  const auto began = std::chrono::steady_clock::now();
  seen = read_all(batches, machine);
  CHECK(seen.blocked == std::vector<int>{3, 500});
  CHECK(std::chrono::steady_clock::now() - began < 2 * Stillness::kStill);
}

TEST_CASE("where more hang than there are threads nothing more is asked, and all processes come",
          "[background]") {
  const Machine machine(40);
  for (int pid = 11; pid <= 20; ++pid) machine.hang(pid, "cmdline");
  auto batches = machine.batches(machine.guard);
  const auto seen = read_all(batches, machine);
  CHECK(seen.order == machine.pids);
  CHECK(seen.blocked.size() == 30);
  CHECK(seen.blocked.front() == 11);
}

}  // namespace
}  // namespace pageloupe::pstat
