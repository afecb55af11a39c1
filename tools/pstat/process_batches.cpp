// SPDX-License-Identifier: MIT
#include "pstat/process_batches.h"

#include <algorithm>
#include <chrono>

namespace pageloupe::pstat {
namespace {

constexpr std::size_t kBatch = 256;

// What takes the lock of a process's memory, or of its exec, or looks into its memory.
constexpr SourceSet kMayBlock =
    (Source::cmdline | Source::smaps_rollup) | (Source::io | Source::ksm_stat) | Source::exe;
// Where that many files of a process hang, the others are taken to.
constexpr int kMostOfOne = 2;

// Where a thread is in its batch, for who waits.
struct Place {
  std::atomic<std::size_t> ready{0};  // so many have been read, and are not touched any more
  std::atomic<std::int32_t> task{0};
  std::atomic<Source> file{Source::stat};
};

}  // namespace

// Reads one process after the other, as the rules say.
class ProcessBatches::Reader {
 public:
  Reader(const ProcFs& procfs, const ReadRules& rules, TaskScan* scan, Place* place)
      : procfs_(procfs),
        rules_(rules),
        place_(place),
        choosing_(procfs, rules.choosing),
        rest_(procfs, rules.rest),
        of_thread_(procfs, rules.of_thread) {
    choosing_.prefer(scan);
    rest_.prefer(scan);
    if (place == nullptr) return;
    for (auto* sampler : {&choosing_, &rest_, &of_thread_}) sampler->tell(place->file);
  }

  void read(Pid pid, ReadProcess& to, const LeftOut& left_out, SourceSet of_all = {}) {
    const auto begun = std::chrono::steady_clock::now();
    to.threads.clear();
    aim(pid, {&choosing_, &rest_}, left_out, of_all);
    to.chosen = choosing_.read(pid, to.process) && rules_.wants(to.process) && rest_.read(pid, to.process);
    // So long after that, the ID may be another process's.
    const bool long_ago = std::chrono::steady_clock::now() - begun > kLongAgo;
    if (to.chosen && long_ago && to.process.stat) to.chosen = is_same(pid, to.process.stat->starttime);
    if (to.chosen && rules_.threads) read_threads(pid, to, left_out, of_all);
  }

 private:
  static constexpr std::chrono::milliseconds kLongAgo{50};

  void aim(Pid task, std::initializer_list<Sampler*> samplers, const LeftOut& left_out, SourceSet of_all) {
    if (place_ != nullptr) place_->task.store(task.value, std::memory_order_relaxed);
    const auto found = left_out.find(task.value);
    for (auto* sampler : samplers)
      sampler->leave_out(found == left_out.end() ? of_all : found->second | of_all);
  }

  [[nodiscard]] bool is_same(Pid pid, Ticks start) {
    std::string buffer;
    const auto text = procfs_.pid_by_path(pid).read("stat", buffer);
    const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
    return stat && stat->starttime == start;
  }

  void read_threads(Pid pid, ReadProcess& to, const LeftOut& left_out, SourceSet of_all) {
    const auto threads = procfs_.pid_by_path(pid).threads();
    if (!threads) return;
    for (const auto tid : *threads) {
      auto& thread = to.threads.emplace_back(to.process);
      aim(tid, {&of_thread_}, left_out, of_all);
      if (!of_thread_.read_thread(pid, tid, thread)) to.threads.pop_back();
    }
  }

  const ProcFs& procfs_;
  const ReadRules& rules_;
  Place* place_;
  Sampler choosing_;
  Sampler rest_;
  Sampler of_thread_;
};

// The processes from one to the next that hangs. It owns all that it needs: it may outlive who asked.
class ProcessBatches::Batch : public Task {
 public:
  Batch(const ProcFs& procfs, std::shared_ptr<const ReadRules> rules, std::shared_ptr<TaskScan> scan,
        std::span<const Pid> pids, LeftOut left_out, std::vector<ReadProcess> memory)
      : procfs_(procfs),
        rules_(std::move(rules)),
        scan_(std::move(scan)),
        pids_(pids.begin(), pids.end()),
        left_out_(std::move(left_out)),
        read_(std::move(memory)) {
    read_.resize(pids_.size());
  }

  void work() override {
    // One that hangs has asked the scan for its process already, and leaves it alone from then on.
    Reader reader(procfs_, *rules_, scan_.get(), &place_);
    for (std::size_t i = 0; i < pids_.size(); ++i) {
      reader.read(pids_[i], read_[i], left_out_);
      if (given_up_.load(std::memory_order_relaxed)) return;
      place_.ready.store(i + 1, std::memory_order_release);
    }
  }

  [[nodiscard]] std::size_t size() const { return pids_.size(); }
  [[nodiscard]] std::size_t ready() const { return place_.ready.load(std::memory_order_acquire); }
  [[nodiscard]] Pid pid(std::size_t i) const { return pids_[i]; }
  // Of those that are ready.
  [[nodiscard]] ReadProcess& at(std::size_t i) { return read_[i]; }
  // Once done().
  [[nodiscard]] std::vector<ReadProcess> take_memory() { return std::move(read_); }

  void give_up() { given_up_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] Pid task() const { return {place_.task.load(std::memory_order_relaxed)}; }
  [[nodiscard]] Source file() const { return place_.file.load(std::memory_order_relaxed); }

 private:
  ProcFs procfs_;
  std::shared_ptr<const ReadRules> rules_;
  std::shared_ptr<TaskScan> scan_;
  std::vector<Pid> pids_;
  LeftOut left_out_;
  std::vector<ReadProcess> read_;
  Place place_{};
  std::atomic<bool> given_up_{false};
};

ProcessBatches::ProcessBatches(const ProcFs& procfs, ReadRules rules)
    : rules_(std::make_shared<const ReadRules>(std::move(rules))),
      procfs_(procfs.unguarded()),
      guard_(procfs.guard()),
      is_copy_(procfs.is_copy()) {}

bool ProcessBatches::may_block() const {
  if (!guard_ || threads_fail_) return false;
  const auto files = rules_->choosing | rules_->rest | rules_->of_thread;
  return is_copy_ || files - kMayBlock != files;
}

void ProcessBatches::read_here(std::span<const Pid> pids, const Visit& visit, SourceSet left_out) const {
  Reader reader(procfs_, *rules_, scan_.get(), nullptr);
  ReadProcess one;
  for (const auto pid : pids) {
    reader.read(pid, one, {}, left_out);
    visit(pid, one);
  }
}

Ticks ProcessBatches::start_of(Pid task) const {
  std::string buffer;
  const auto text = is_copy_ ? fail(Errc::unsupported) : procfs_.pid_by_path(task).read("stat", buffer);
  const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
  return stat ? stat->starttime : Ticks{};
}

// What hangs still, of those that have not ended since.
ProcessBatches::LeftOut ProcessBatches::left_out() {
  std::erase_if(hanging_, [](const Hanging& one) { return one.batch->done(); });
  LeftOut files;
  for (const auto& one : hanging_) {
    if (one.start == start_of(one.task)) files[one.task.value] |= one.file;
  }
  for (auto& [task, hang] : files) {
    if (hang.size() >= kMostOfOne) hang |= kMayBlock;
  }
  return files;
}

void ProcessBatches::leave_behind(const std::shared_ptr<Batch>& batch) {
  batch->give_up();
  hanging_.push_back(
      {.task = batch->task(), .start = start_of(batch->task()), .file = batch->file(), .batch = batch});
}

// nullptr where no thread is free, or the system gives none.
std::shared_ptr<ProcessBatches::Batch> ProcessBatches::start(std::span<const Pid> pids) {
  auto batch = std::make_shared<Batch>(procfs_, rules_, scan_, pids.first(std::min(kBatch, pids.size())),
                                       left_out(), std::exchange(spare_, {}));
  const auto started = guard_->begin(batch);
  threads_fail_ = started == Background::Beside::no_threads;
  return started == Background::Beside::started ? batch : nullptr;
}

void ProcessBatches::read(std::span<const Pid> pids, const Visit& visit) {
  if (!may_block()) return read_here(pids, visit, {});
  auto ahead = pids.empty() ? nullptr : start(pids);
  while (ahead) {
    const auto batch = std::exchange(ahead, nullptr);
    const bool whole = guard_->background()->wait_while_working(*batch);
    const auto ready = whole ? batch->size() : batch->ready();
    if (!whole) leave_behind(batch);
    pids = pids.subspan(ready);
    if (!pids.empty()) ahead = start(pids);
    for (std::size_t i = 0; i < ready; ++i) visit(batch->pid(i), batch->at(i));
    if (whole) spare_ = batch->take_memory();
  }
  // Where all threads hang nothing more is risked.
  if (!pids.empty()) read_here(pids, visit, threads_fail_ ? SourceSet{} : kMayBlock);
}

}  // namespace pageloupe::pstat
