// SPDX-License-Identifier: MIT
#include "pstat/record.h"

#include <ctime>

#include "cli/end_signals.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "pstat/collector.h"
#include "pstat/shown.h"
#include "record/machine_facts.h"
#include "record/recording_info.h"
#include "record/writer.h"

namespace pageloupe::pstat {
namespace {

using Clock = std::chrono::steady_clock;

Instant boottime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

class Recording {
 public:
  Recording(const Request& request, const ProcFs& procfs, CollectorNeeds needs, RecordingWriter& writer)
      : procfs_(procfs),
        writer_(writer),
        collector_(procfs, request, std::move(needs)),
        machine_reader_(procfs),
        cgroup_reader_(procfs) {}

  // One sample. Errors: a message for the user.
  [[nodiscard]] std::expected<void, std::string> take() {
    head_.boottime = boottime();
    head_.time = {now_ns()};
    machine_reader_.read(kMachineSources, head_.boottime, head_.time, machine_);
    cgroup_reader_.read(cgroup_);
    to_facts(machine_, cgroup_, head_.machine);
    writer_.begin_sample(head_);
    const auto done = collector_.pass(read_system_facts(procfs_, head_.time),
                                      [this](const ProcessRow& row) { writer_.add(row.process); });
    if (!done) {
      const bool empty = done.error().code == Errc::malformed;
      return std::unexpected(procfs_.root() +
                             (empty ? " holds no processes: it is no procfs"
                                    : " cannot be listed: " + std::string(reason(done.error().code))));
    }
    std::ignore = writer_.end_sample();
    return {};
  }

 private:
  const ProcFs& procfs_;
  RecordingWriter& writer_;
  Collector collector_;
  MachineReader machine_reader_;
  CgroupReader cgroup_reader_;
  SampleHead head_{};
  MachineSample machine_{};
  CgroupLimits cgroup_{};
};

// Until enough samples were taken, one failed, or a signal came.
std::expected<void, std::string> take_samples(Recording& recording, const Request& request,
                                              const RecordingWriter& writer) {
  const EndSignals signals;
  auto due = Clock::now();
  for (std::uint64_t taken = 1;; ++taken) {
    if (auto sample = recording.take(); !sample) return sample;
    if (!writer.error().empty() || !request.stream) return {};
    if (request.stream->count && taken >= *request.stream->count) return {};
    // A pass that took longer than the interval is not made up for.
    due = std::max(due + request.stream->delay, Clock::now());
    if (!signals.wait_until(due)) return {};
  }
}

}  // namespace

int record_processes(const Request& request, const ProcFs& procfs) {
  const auto shown = Shown::make(request);
  if (!shown) return fail_usage("pstat", shown.error());
  const auto& path = *request.recording.record;
  const auto delay = request.stream ? request.stream->delay : std::chrono::nanoseconds{0};
  const auto info = recording_info(procfs, "pstat", {static_cast<std::uint64_t>(delay.count())});
  Names names(procfs.guard());
  auto opened = RecordingWriter::open(path, info, request.recording.limits, &names);
  if (!opened) {
    complain("pstat", "'" + path + "' " + opened.error());
    return kExitNothing;
  }
  auto& writer = **opened;
  const auto files = request.columns_chosen ? kRecordedFiles | shown->needs() : kRecordedFiles;
  auto scan = open_scan(procfs, request, files);
  if (!scan) {
    complain("pstat", scan.error());
    return kExitNothing;
  }
  Recording recording(request, procfs, {.columns = files, .scan = std::move(*scan)}, writer);
  const auto done = take_samples(recording, request, writer);
  const bool closed = writer.close();
  if (!done) complain("pstat", done.error());
  if (!closed) complain("pstat", "'" + path + "' " + writer.error());
  return done && closed ? kExitOk : kExitNothing;
}

}  // namespace pageloupe::pstat
