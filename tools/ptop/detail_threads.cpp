// SPDX-License-Identifier: MIT
#include <algorithm>

#include "field/process_fields.h"
#include "ptop/detail_read.h"

namespace pageloupe::ptop {
namespace {

constexpr std::string_view kThreadColumns = "tid,comm,state,cpu,time,vcsw_rate,ivcsw_rate,psr";

// Errors: gone of a thread that has ended meanwhile.
Result<ThreadSample> read_thread(const PidDir& dir, Pid tid, std::string& buffer) {
  const auto path = "task/" + std::to_string(tid.value);
  const auto stat_text = dir.read((path + "/stat").c_str(), buffer);
  if (!stat_text) return std::unexpected(stat_text.error());
  const auto stat = parse_stat(*stat_text);
  if (!stat) return std::unexpected(stat.error());
  ThreadSample sample{.stat = *stat};
  const auto status_text = dir.read((path + "/status").c_str(), buffer);
  const auto status = status_text ? parse_status(*status_text) : std::unexpected(status_text.error());
  const auto count = [&status](StatusKey key) -> Slot<std::uint64_t> {
    if (!status) return std::unexpected(status.error().code);
    const auto value = status->values[key];
    return value ? Slot<std::uint64_t>(*value) : std::unexpected(Errc::unsupported);
  };
  sample.voluntary = count(StatusKey::voluntary_ctxt_switches);
  sample.nonvoluntary = count(StatusKey::nonvoluntary_ctxt_switches);
  return sample;
}

// What the getters of the columns look at.
void fill(Process& process, const ThreadSample& sample) {
  process.pid = sample.stat.pid;
  process.stat = sample.stat;
  if (!sample.voluntary) {
    process.status = std::unexpected(sample.voluntary.error());
    return;
  }
  process.status = StatusRecord{};
  process.status->values.set(StatusKey::voluntary_ctxt_switches, *sample.voluntary);
  if (sample.nonvoluntary)
    process.status->values.set(StatusKey::nonvoluntary_ctxt_switches, *sample.nonvoluntary);
}

const ThreadSample* find_same(const ThreadSamples& samples, const ThreadSample& wanted) {
  const auto tid = [](const ThreadSample& sample) { return sample.stat.pid; };
  const auto found = std::ranges::lower_bound(samples, wanted.stat.pid, {}, tid);
  const bool same = found != samples.end() && found->stat.pid == wanted.stat.pid &&
                    found->stat.starttime == wanted.stat.starttime;
  return same ? &*found : nullptr;
}

}  // namespace

Slot<ThreadSamples> read_threads(const PidDir& dir) {
  const auto tids = dir.threads();
  if (!tids) return std::unexpected(tids.error().code);
  ThreadSamples samples;
  samples.reserve(tids->size());
  std::string buffer;
  for (const auto tid : *tids) {
    if (auto sample = read_thread(dir, tid, buffer)) samples.push_back(std::move(*sample));
  }
  if (samples.empty()) return std::unexpected(Errc::gone);
  return samples;
}

ThreadsPart join_threads(const ThreadSamples& now, const ThreadSamples& before, double seconds,
                         const SystemFacts& system) {
  const auto selection = *select_fields(process_fields(), kThreadColumns);
  ThreadsPart part;
  for (const auto* field : selection) part.threads.columns.push_back(&field->column);
  part.threads.rows = RowStore(selection.size());
  Names names;
  TextPool pool;
  Process process;
  Process earlier;
  std::vector<Value> values(selection.size());
  for (const auto& sample : now) {
    fill(process, sample);
    const auto* same = find_same(before, sample);
    if (same != nullptr) fill(earlier, *same);
    const ProcessRow row{.process = process,
                         .system = system,
                         .names = names,
                         .pool = pool,
                         .before = same != nullptr ? &earlier : nullptr,
                         .seconds = seconds,
                         .file_seconds = seconds};
    for (std::size_t i = 0; i < selection.size(); ++i) selection[i]->set(values[i], row);
    part.threads.rows.add(values);
    pool.clear();
  }
  return part;
}

}  // namespace pageloupe::ptop
