// SPDX-License-Identifier: MIT
#include "ptop/recorder.h"

#include "record/machine_facts.h"
#include "record/recording_info.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kNoFiles = static_cast<std::size_t>(-1);

struct TaskShot {
  Pid tgid{};
  Pid pid{};
  PidStat stat{};
  Slot<PidStatm> statm = std::unexpected(Errc::not_sampled);
  Slot<Owner> owner = std::unexpected(Errc::not_sampled);
  Slot<std::string> cmdline = std::unexpected(Errc::not_sampled);
  std::size_t files = kNoFiles;  // its place among those of the sample
};

struct FilesShot {
  Process process{};
  Instant at{};
};

}  // namespace

// What the thread that writes needs; it may outlive the recorder.
struct Recorder::Shared {
  std::unique_ptr<Names> names = std::make_unique<Names>();
  std::unique_ptr<RecordingWriter> writer{};
  SampleHead head{};
  std::vector<TaskShot> tasks{};
  std::vector<FilesShot> files{};
  Process bare{};
  bool last = false;  // nothing is to be written any more: the file ends

  void write_sample();
};

void Recorder::Shared::write_sample() {
  writer->begin_sample(head);
  for (auto& task : tasks) {
    auto& process = task.files == kNoFiles ? bare : files[task.files].process;
    process.pid = task.pid;
    process.tgid = task.tgid;
    process.stat = task.stat;
    process.statm = task.statm;
    process.owner = task.owner;
    if (task.files == kNoFiles || !process.cmdline) process.cmdline = std::move(task.cmdline);
    writer->add(process, task.files == kNoFiles ? Instant{} : files[task.files].at);
  }
  std::ignore = writer->end_sample();
}

class Recorder::Writing : public Task {
 public:
  explicit Writing(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  void work() override {
    if (shared_->last) {
      std::ignore = shared_->writer->close();
    } else {
      shared_->write_sample();
    }
  }

 private:
  std::shared_ptr<Shared> shared_;
};

std::expected<std::unique_ptr<Recorder>, std::string> Recorder::open(const ProcFs& procfs,
                                                                     Background& background,
                                                                     const Options& options) {
  auto shared = std::make_shared<Shared>();
  auto writer = RecordingWriter::open(options.path, recording_info(procfs, "ptop", options.interval),
                                      options.limits, shared->names.get());
  if (!writer) return std::unexpected("'" + options.path + "' " + writer.error());
  shared->writer = std::move(*writer);
  return std::unique_ptr<Recorder>(new Recorder(procfs, background, options.path, std::move(shared)));
}

Recorder::Recorder(const ProcFs& procfs, Background& background, std::string path,
                   std::shared_ptr<Shared> shared)
    : background_(background),
      path_(std::move(path)),
      command_lines_(procfs, background),
      shared_(std::move(shared)) {}

Recorder::~Recorder() = default;

bool Recorder::idle() {
  if (writing_ && !writing_->done()) return false;
  writing_.reset();
  if (error_.empty()) error_ = shared_->writer->error();
  return true;
}

void Recorder::fill(Feed& feed, bool threads) {
  auto& shared = *shared_;
  shared.head.time = feed.machine().now;
  shared.head.boottime = feed.list().now();
  shared.head.threads = threads;
  to_facts(feed.machine(), feed.cgroup(), shared.head.machine);
  const auto tasks = feed.list().tasks();
  shared.tasks.resize(tasks.size());
  std::size_t files = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto& task = *tasks[i];
    const auto* known = feed.files() == nullptr ? nullptr : feed.files()->find(task.id());
    auto& shot = shared.tasks[i];
    shot = {.tgid = task.tgid,
            .pid = task.pid,
            .stat = task.stat,
            .statm = task.statm,
            .owner = task.owner,
            .cmdline = command_lines_.find(task.id()),
            .files = known == nullptr ? kNoFiles : files};
    if (known == nullptr) continue;
    if (files == shared.files.size()) shared.files.emplace_back();
    shared.files[files].process = known->process;
    shared.files[files].at = known->at;
    ++files;
  }
  shared.files.resize(files);
}

void Recorder::take(Feed& feed, bool threads) {
  command_lines_.update(feed.list().tasks());
  if (!idle()) {
    ++left_out_;
    return;
  }
  if (!error_.empty()) return;
  fill(feed, threads);
  auto writing = std::make_shared<Writing>(shared_);
  if (!background_.start(writing)) {
    ++left_out_;
    return;
  }
  writing_ = std::move(writing);
  ++samples_;
}

bool Recorder::finish(std::chrono::nanoseconds patience) {
  if (writing_ && !background_.wait(*writing_, patience)) return false;
  if (!idle() || !error_.empty()) return true;
  shared_->last = true;
  auto writing = std::make_shared<Writing>(shared_);
  if (!background_.start(writing)) return false;
  const bool done = background_.wait(*writing, patience);
  if (done) error_ = shared_->writer->error();
  return done;
}

std::string Recorder::failure() const { return error_.empty() ? "" : "'" + path_ + "' " + error_; }

}  // namespace pageloupe::ptop
