// SPDX-License-Identifier: MIT
#include "ppmap/record.h"

#include <ctime>
#include <set>

#include "cli/end_signals.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "ppmap/process_head.h"
#include "record/recording_info.h"
#include "record/writer.h"
#include "sample/sampler.h"

namespace pageloupe::ppmap {
namespace {

using Clock = std::chrono::steady_clock;

// What the head of a map is made of, and what pstat and ptop show of a recording.
constexpr SourceSet kFiles = Source::stat | Source::statm | Source::status | Source::owner | Source::cmdline;

Instant boottime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

// All mappings, with what they hold.
Result<std::vector<VmaRow>> read_map(const OpenProcess& process) {
  std::vector<VmaRow> rows;
  if (!process.head.has_memory()) return rows;
  auto map = ProcessMap::open(process.dir, {.usage = true, .leader = process.head.pid});
  if (!map) return std::unexpected(map.error());
  Result<bool> more = map->next();
  for (; more && *more; more = map->next()) rows.push_back(map->row());
  if (!more) return std::unexpected(more.error());
  return rows;
}

class MapRecording {
 public:
  MapRecording(std::vector<Pid> pids, const ProcFs& procfs, RecordingWriter& writer)
      : pids_(std::move(pids)), procfs_(procfs), writer_(writer), sampler_(procfs, kFiles) {}

  // One sample; false when none of the processes is there.
  [[nodiscard]] bool take() {
    writer_.begin_sample({.time = {now_ns()}, .boottime = boottime()});
    seen_.clear();
    for (const auto pid : pids_) add(pid);
    std::ignore = writer_.end_sample();
    return !seen_.empty();
  }

 private:
  void add(Pid pid) {
    const auto process = open_process(procfs_, pid);
    const bool there = process && sampler_.read(process->head.pid, process_);
    if (!there) {
      if (gone_.insert(pid.value).second) complain("ppmap", std::to_string(pid.value) + ": no such process");
      return;
    }
    const auto id = process->head.pid;
    if (!seen_.insert(id.value).second) return;  // two of its threads
    writer_.add(process_);
    const auto rows = read_map(*process);
    if (rows) return writer_.add_map(*rows);
    writer_.add_map(rows.error().code);
    if (rows.error().code == Errc::denied && denied_.insert(id.value).second)
      complain("ppmap", std::to_string(id.value) + ": its map may not be read");
  }

  std::vector<Pid> pids_;
  const ProcFs& procfs_;
  RecordingWriter& writer_;
  Sampler sampler_;
  Process process_;
  std::set<std::int32_t> seen_;  // in this sample
  std::set<std::int32_t> gone_;
  std::set<std::int32_t> denied_;
};

// False when no sample had a process.
bool take_samples(MapRecording& recording, const Request& request, const RecordingWriter& writer) {
  const EndSignals signals;
  auto due = Clock::now();
  bool any = false;
  for (std::uint64_t taken = 1;; ++taken) {
    const bool there = recording.take();
    any = any || there;
    if (!writer.error().empty() || !there || !request.delay) return any;
    if (request.samples && taken >= *request.samples) return any;
    // A pass that took longer than the interval is not made up for.
    due = std::max(due + *request.delay, Clock::now());
    if (!signals.wait_until(due)) return any;
  }
}

}  // namespace

int record_maps(const Request& request, std::span<const std::string> operands, const ProcFs& procfs) {
  std::vector<Pid> pids;
  for (const auto& operand : operands) {
    const auto pid = parse_operand(operand, procfs.root());
    if (!pid) return fail_usage("ppmap", pid.error());
    pids.push_back(*pid);
  }
  const auto& path = *request.recording.record;
  const auto interval = request.delay.value_or(std::chrono::nanoseconds{0});
  const auto info = recording_info(procfs, "ppmap", {static_cast<std::uint64_t>(interval.count())});
  Names names;
  auto opened = RecordingWriter::open(path, info, request.recording.limits, &names);
  if (!opened) {
    complain("ppmap", "'" + path + "' " + opened.error());
    return kExitNothing;
  }
  auto& writer = **opened;
  MapRecording recording(std::move(pids), procfs, writer);
  const bool any = take_samples(recording, request, writer);
  const bool closed = writer.close();
  if (!closed) complain("ppmap", "'" + path + "' " + writer.error());
  return any && closed ? kExitOk : kExitNothing;
}

}  // namespace pageloupe::ppmap
