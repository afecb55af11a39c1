// SPDX-License-Identifier: MIT
#include "pstat/collector.h"

#include <algorithm>
#include <array>

#include "sample/tree.h"

namespace pageloupe::pstat {
namespace {

// The files that each thread has for itself; all others are the process's.
constexpr auto kThreadFiles =
    std::to_array<Source>({Source::stat, Source::status, Source::io, Source::wchan});

SourceSet thread_plan(SourceSet plan) {
  SourceSet own;
  for (const auto source : kThreadFiles) {
    if (plan.has(source)) own |= source;
  }
  return own;
}

SourceSet filter_needs(const std::optional<Filter>& filter) {
  SourceSet needs;
  if (!filter) return needs;
  for (const auto index : filter->columns()) needs |= process_fields()[index].column.origin.files;
  return needs;
}

std::optional<Filter> parse_filter(const Request& request) {
  if (!request.filter) return std::nullopt;
  auto filter = Filter::parse(*request.filter, columns_of(process_fields()));
  return filter ? std::optional(std::move(*filter)) : std::nullopt;
}

// What choosing a process needs, whatever is shown of it.
SourceSet choosing_needs(const Request& request, bool history) {
  auto needs = request.selection.needs();
  if (!request.kernel_threads || request.hierarchy != Hierarchy::none || history) needs |= Source::stat;
  // Something must tell whether a process that was named is there.
  if (needs.empty() && request.selection.named_pids()) needs |= Source::stat;
  return needs;
}

ReadRules read_rules(const Request& request, const CollectorNeeds& needs, const std::optional<Filter>& filter,
                     const Self& self) {
  const auto choosing = choosing_needs(request, needs.history);
  const auto all = needs.columns | filter_needs(filter) | choosing;
  return {.choosing = choosing,
          .rest = all - choosing,
          .of_thread = request.threads == Threads::none ? SourceSet{} : thread_plan(all),
          .threads = request.threads != Threads::none,
          .wants = [selection = request.selection, self,
                    kernel = request.kernel_threads](const Process& process) {
            const bool kernel_thread = process.stat && (process.stat->flags & kKernelThreadFlag) != 0;
            return selection.wants(process, self) && (kernel || !kernel_thread);
          }};
}

// What a row is remembered by: a process and its first thread have one ID, and counters of their own.
std::int64_t key_of(const Process& process) {
  return std::int64_t{process.pid.value} * 2 + (process.one_thread ? 1 : 0);
}

}  // namespace

std::expected<std::shared_ptr<TaskScan>, std::string> open_scan(const ProcFs& procfs, const Request& request,
                                                                SourceSet columns) {
  const auto plan =
      columns | filter_needs(parse_filter(request)) | choosing_needs(request, request.stream.has_value());
  std::string_view obstacle;
  if (!plan.has(Source::stat) && !plan.has(Source::statm) && !plan.has(Source::owner))
    obstacle = "nothing is asked for that the iterator tells";
  if (request.selection.named_pids() && !request.tree_root) obstacle = "only some processes are asked for";
  return open_scan("pstat", procfs, request.scan, request.stream ? kWorthOften : kWorthOnce, obstacle);
}

Collector::Collector(const ProcFs& procfs, const Request& request, CollectorNeeds needs)
    : procfs_(procfs),
      request_(request),
      self_(current_self(procfs)),
      filter_(parse_filter(request)),
      scan_(std::move(needs.scan)),
      cheap_(procfs.unguarded(), choosing_needs(request, needs.history)),
      batches_(procfs, read_rules(request, needs, filter_, self_)),
      history_(needs.history),
      counted_(needs.columns | filter_needs(filter_)),
      filter_counts_(!counter_plan(filter_needs(filter_)).empty()),
      names_(procfs.guard()) {
  cheap_.prefer(scan_.get());
  batches_.prefer(scan_);
  if (counter_plan(counted_).empty()) return;
  calls_.emplace();
  counters_.emplace(*calls_, read_perf_machine(procfs), perf::raise_descriptor_limit());
}

const Process* Collector::before(const Process& process) const {
  const auto found = last_.find(key_of(process));
  if (found == last_.end() || !found->second.stat || !process.stat) return nullptr;
  const bool same = found->second.stat->starttime == process.stat->starttime;
  return same ? &found->second : nullptr;
}

bool Collector::passes_filter(const ProcessRow& row) const {
  return !filter_ || filter_->matches([&row](std::size_t index) { return process_fields()[index](row); });
}

// Counters are attached to what is shown; to all that is chosen only where the filter asks for them.
void Collector::hand_on(Process& process, const SystemFacts& system, const Visit& visit) {
  ProcessRow row{process, system, names_, pool_};
  row.before = history_ ? before(process) : nullptr;
  row.seconds = row.file_seconds = seconds_;
  pool_.clear();
  if (counters_ && filter_counts_) counters_->sample(procfs_, process, counted_);
  const bool wanted = passes_filter(row);
  if (counters_ && wanted && !filter_counts_) counters_->sample(procfs_, process, counted_);
  if (history_) {
    if (had_pass_ && row.before == nullptr) ++begun_;
    current_.insert_or_assign(key_of(process), process);
  }
  if (wanted) visit(row);
}

void Collector::take(ReadProcess& read, const SystemFacts& system, const Visit& visit) {
  if (request_.threads != Threads::rows) hand_on(read.process, system, visit);
  for (auto& thread : read.threads) {
    thread.memory_elsewhere = thread.is_thread() || request_.threads == Threads::below;
    if (thread.memory_elsewhere) {
      // The memory of a process is its threads' together: it stands in the process's own row.
      thread.statm = std::unexpected(Errc::not_applicable);
      thread.rollup = std::unexpected(Errc::not_applicable);
    }
    hand_on(thread, system, visit);
  }
}

// The process and all below it, ascending; empty, and the root missing, when it is not there.
std::vector<Pid> Collector::tree_below(Pid root, std::span<const Pid> pids) {
  std::vector<Kinship> family;
  for (const auto pid : pids) {
    if (cheap_.read(pid, process_) && process_.stat) family.push_back({pid, process_.stat->ppid});
  }
  const auto nodes = make_tree(family);
  const auto top = std::ranges::find(nodes, root, [&](const TreeNode& node) { return family[node.row].pid; });
  std::vector<Pid> tree;
  if (top == nodes.end()) {
    missing_.push_back(root);
    return tree;
  }
  for (auto node = top; node <= top + static_cast<std::ptrdiff_t>(top->descendants); ++node)
    tree.push_back(family[node->row].pid);
  std::ranges::sort(tree);
  return tree;
}

// Those that selection and filter still have to judge.
Result<std::vector<Pid>> Collector::candidates() {
  auto pids = procfs_.pids();
  if (!pids) return pids;
  // The reader itself is a process: where none is listed, this is no /proc.
  if (pids->empty()) return fail(Errc::malformed);
  return request_.tree_root ? tree_below(*request_.tree_root, *pids) : std::move(*pids);
}

Result<void> Collector::pass(const SystemFacts& system, const Visit& visit) {
  missing_.clear();
  begun_ = 0;
  // Without it all is read from the files.
  if (scan_ && !scan_->begin()) {
    cheap_.prefer(nullptr);
    batches_.prefer(nullptr);
    scan_.reset();
  }
  seconds_ = had_pass_ ? static_cast<double>(system.now.value - last_time_.value) / 1e9 : 0;
  const auto named = request_.tree_root ? std::nullopt : request_.selection.named_pids();
  const auto pids = named ? Result<std::vector<Pid>>(*named) : candidates();
  if (!pids) return std::unexpected(pids.error());
  batches_.read(*pids, [&](Pid pid, ReadProcess& read) {
    if (read.chosen) {
      take(read, system, visit);
    } else if (named && !procfs_.pid(pid)) {
      missing_.push_back(pid);
    }
  });
  // Each of this pass has begun or was there before; of those there before, the rest has ended.
  ended_ = had_pass_ ? last_.size() - (current_.size() - begun_) : 0;
  if (counters_) counters_->evict_others();
  last_ = std::exchange(current_, {});
  last_time_ = system.now;
  had_pass_ = true;
  return {};
}

}  // namespace pageloupe::pstat
