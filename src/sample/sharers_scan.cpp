// SPDX-License-Identifier: MIT
#include "sample/sharers_scan.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "base/background.h"
#include "proc/smaps.h"

namespace pageloupe {
namespace {

using namespace std::chrono_literals;

// Reads maps on another thread from `begin` on, until it has all or is abandoned because one does not answer.
class ScanTask : public Task {
 public:
  ScanTask(std::string root, std::shared_ptr<const Wanted> wanted, std::vector<Pid> pids)
      : root_(std::move(root)), wanted_(std::move(wanted)), pids_(std::move(pids)) {}

  void work() override;

  [[nodiscard]] std::size_t finished() const { return finished_.load(std::memory_order_acquire); }

  // What it has found; what it finds later is lost. Returns the processes that were not reached: the first is
  // the one that does not answer.
  [[nodiscard]] std::vector<Pid> abandon(MapsScan& scan) {
    const std::scoped_lock lock(mutex_);
    abandoned_ = true;
    scan = std::move(scan_);
    return {pids_.begin() + static_cast<std::ptrdiff_t>(finished()), pids_.end()};
  }

 private:
  void read(const ProcFs& procfs, Pid pid, Claimant& claimant, std::optional<Errc>& error) const;
  void keep(Claimant claimant, std::optional<Errc> error);

  std::string root_;
  std::shared_ptr<const Wanted> wanted_;
  std::vector<Pid> pids_;
  std::atomic<std::size_t> finished_{0};
  std::mutex mutex_;  // of what follows
  bool abandoned_ = false;
  MapsScan scan_{};
};

void ScanTask::work() {
  // Its own, because it may outlive who asks.
  const auto procfs = ProcFs::open(root_);
  if (!procfs) return;
  for (const auto pid : pids_) {
    Claimant claimant{.pid = pid};
    std::optional<Errc> error;
    read(*procfs, pid, claimant, error);
    const std::scoped_lock lock(mutex_);
    if (abandoned_) return;
    keep(std::move(claimant), error);
    finished_.fetch_add(1, std::memory_order_release);
  }
}

void ScanTask::read(const ProcFs& procfs, Pid pid, Claimant& claimant, std::optional<Errc>& error) const {
  const auto dir = procfs.pid_by_path(pid);
  auto text = dir.open("maps");
  if (!text) {
    error = text.error().code;
    return;
  }
  MapsReader maps(std::move(*text));
  VmaRecord record;
  std::uint64_t ipc_space = 0;
  bool any = false;
  for (;;) {
    const auto more = maps.next(record);
    if (!more || !*more) {
      if (!any) error = more ? Errc::no_memory : more.error().code;
      return;
    }
    any = true;
    if (ipc_space == 0 && record.vma.name.starts_with("/SYSV"))
      ipc_space = ipc_space_of(dir.link("ns/ipc").value_or(""));
    add_claims(*wanted_, record.vma, ipc_space, claimant.claims);
  }
}

void ScanTask::keep(Claimant claimant, std::optional<Errc> error) {
  if (error == Errc::denied) ++scan_.denied;
  if (error) return;
  ++scan_.processes;
  if (!claimant.claims.empty()) scan_.claimants.push_back(std::move(claimant));
}

// True when the task is done; false when it has not gone on for a while.
bool wait_for(Background& background, const ScanTask& task) {
  constexpr auto kPatience = 2s;
  for (;;) {
    const auto before = task.finished();
    if (background.wait(task, kPatience)) return true;
    if (task.finished() == before) return false;
  }
}

void append(MapsScan& to, MapsScan part) {
  std::ranges::move(part.claimants, std::back_inserter(to.claimants));
  to.processes += part.processes;
  to.denied += part.denied;
}

}  // namespace

void add_claims(const Wanted& wanted, const Vma& vma, std::uint64_t ipc_space, std::vector<Claim>& claims) {
  const AddressRange range{vma.start, vma.end};
  if (vma.inode != 0) {
    const auto kind = object_kind(vma);
    const auto found = kind ? wanted.objects.find(object_key(vma, *kind, ipc_space)) : wanted.objects.end();
    if (found != wanted.objects.end())
      claims.push_back({.number = found->second, .range = range, .of_object = true, .offset = vma.offset});
  }
  if (wanted.ranges.empty() || !is_copied_on_write(vma)) return;
  // The first range that ends behind the beginning of the mapping.
  auto at =
      std::ranges::upper_bound(wanted.ranges, vma.start, {}, [](const auto& one) { return one.range.end; });
  for (; at != wanted.ranges.end() && at->range.start < vma.end; ++at) {
    claims.push_back({.number = at->number,
                      .range = {std::max(at->range.start, vma.start), std::min(at->range.end, vma.end)}});
  }
}

Result<MapsScan> scan_maps(const ProcFs& procfs, Wanted wanted, Pid except) {
  auto pids = procfs.pids();
  if (!pids) return std::unexpected(pids.error());
  std::erase(*pids, except);
  const auto shared = std::make_shared<const Wanted>(std::move(wanted));
  MapsScan scan;
  const auto threads = procfs.guard() ? procfs.guard()->background() : std::make_shared<Background>();
  auto& background = *threads;
  auto rest = std::move(*pids);
  while (!rest.empty()) {
    const auto task = std::make_shared<ScanTask>(procfs.root(), shared, rest);
    if (!background.start(task)) {
      // Every thread there may be hangs on one.
      scan.blocked += rest.size();
      break;
    }
    const bool done = wait_for(background, *task);
    MapsScan part;
    rest = task->abandon(part);
    append(scan, std::move(part));
    if (done) break;
    if (!rest.empty()) rest.erase(rest.begin());
    ++scan.blocked;
  }
  return scan;
}

}  // namespace pageloupe
