// SPDX-License-Identifier: MIT
#include "ptop/command_lines.h"

#include "sample/sampler.h"

namespace pageloupe::ptop {
namespace {

// So many at a time: 10,000 processes are known after some refreshes, and no refresh is slow for it.
constexpr std::size_t kMostAsked = 500;

}  // namespace

class CommandLines::Reading : public Task {
 public:
  Reading(const ProcFs& procfs, const WatchedTask& task)
      : sampler_(procfs, Source::stat | Source::cmdline), tgid_(task.tgid), id_(task.id()) {}

  void work() override {
    // A thread has the arguments of its process, and a start time of its own.
    const bool there = sampler_.read(tgid_, process_) && process_.stat;
    if (!there || (tgid_ == id_.pid && process_.stat->starttime != id_.start)) {
      process_.cmdline = std::unexpected(Errc::gone);
    }
  }
  [[nodiscard]] Slot<std::string> take() { return std::move(process_.cmdline); }

 private:
  Sampler sampler_;
  Pid tgid_;
  ProcessId id_;
  Process process_{};
};

void CommandLines::update(std::span<WatchedTask* const> tasks) {
  ++pass_;
  std::size_t asked = 0;
  for (const auto* task : tasks) {
    auto& entry = entries_[task->id()];
    entry.seen = pass_;
    if (entry.reading && entry.reading->done()) {
      entry.text = entry.reading->take();
      entry.reading.reset();
    }
    const bool known = entry.text || entry.text.error() != Errc::not_sampled;
    if (entry.reading || (known && entry.comm.view() == task->stat.comm.view()) || asked >= kMostAsked)
      continue;
    auto reading = std::make_shared<Reading>(procfs_, *task);
    if (!background_.start(reading)) break;
    entry.comm = task->stat.comm;
    entry.reading = std::move(reading);
    ++asked;
  }
  std::erase_if(entries_, [this](const auto& entry) { return entry.second.seen != pass_; });
}

Slot<std::string> CommandLines::find(ProcessId id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? std::unexpected(Errc::not_sampled) : found->second.text;
}

}  // namespace pageloupe::ptop
