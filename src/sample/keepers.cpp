// SPDX-License-Identifier: MIT
#include "sample/keepers.h"

#include <algorithm>
#include <unistd.h>

#include "proc/open_files.h"
#include "proc/sysvipc.h"

namespace pageloupe {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

class KeeperSearch {
 public:
  KeeperSearch(const ProcFs& procfs, Pid leader, Sharers& sharers)
      : procfs_(procfs), leader_(leader), sharers_(sharers) {}

  void run();

 private:
  void judge(SharedThing& thing);
  void judge_segment(SharedThing& thing);
  void judge_nameless(SharedThing& thing);
  void look_into(Pid pid);
  void finish(SharedThing& thing) const;

  const ProcFs& procfs_;
  Pid leader_;
  Sharers& sharers_;
  std::vector<SharedThing*> open_question_{};
  std::optional<std::vector<SysvShm>> segments_{};
  bool denied_ = false;  // some processes' descriptors
};

void kept(SharedThing& thing, Keeper keeper) {
  thing.keeper = keeper;
  thing.freed = Bytes{};
}

void KeeperSearch::run() {
  for (auto& thing : sharers_.things) {
    if (thing.kind) judge(thing);
  }
  if (open_question_.empty()) return;
  for (const auto pid : procfs_.pids().value_or(std::vector<Pid>{})) {
    if (pid != leader_) look_into(pid);
  }
  for (auto* thing : open_question_) finish(*thing);
}

void KeeperSearch::judge(SharedThing& thing) {
  switch (*thing.kind) {
    case ObjectKind::file: return kept(thing, Keeper::page_cache);
    case ObjectKind::posix_shm:
      if (!thing.name.ends_with(kDeleted)) return kept(thing, Keeper::own_name);
      return judge_nameless(thing);
    case ObjectKind::sysv_shm: return judge_segment(thing);
    case ObjectKind::device:
      thing.keeper = Keeper::device;
      thing.freed = fail(Errc::not_applicable);
      return;
    case ObjectKind::deleted:
    case ObjectKind::memfd:
    case ObjectKind::shared_anon:
    case ObjectKind::count_: return judge_nameless(thing);
  }
}

// Only the segments of this program's own namespace are listed.
void KeeperSearch::judge_segment(SharedThing& thing) {
  if (!segments_) {
    segments_.emplace();
    std::string buffer;
    const auto text = procfs_.read("sysvipc/shm", buffer);
    const auto own = procfs_.pid_by_path(Pid{::getpid()}).link("ns/ipc");
    const bool same_space = own && ipc_space_of(*own) == thing.key.ipc_space;
    if (text && same_space) *segments_ = parse_sysvipc_shm(*text).value_or(std::vector<SysvShm>{});
  }
  const auto id = static_cast<std::int32_t>(thing.key.inode);
  const auto found = std::ranges::find(*segments_, id, &SysvShm::shmid);
  if (found == segments_->end()) {
    thing.keeper = Keeper::unknown;
    thing.freed = fail(Errc::not_sampled);
  } else if (!found->doomed) {
    kept(thing, Keeper::sysv_id);
  } else if (!thing.sharers.empty()) {
    kept(thing, Keeper::sharers);
  } else {
    finish(thing);
  }
}

void KeeperSearch::judge_nameless(SharedThing& thing) {
  if (!thing.sharers.empty()) return kept(thing, Keeper::sharers);
  open_question_.push_back(&thing);
}

void KeeperSearch::look_into(Pid pid) {
  const auto files = OpenFiles::open(procfs_.pid_by_path(pid));
  const auto numbers = files ? files->numbers() : std::unexpected(files.error());
  if (!numbers) {
    denied_ = denied_ || numbers.error().code == Errc::denied;
    return;
  }
  for (const auto number : *numbers) {
    const auto link = files->link(number);
    if (!link || !link->ends_with(kDeleted)) continue;
    const auto file = files->id(number);
    if (!file) continue;
    for (auto* thing : open_question_) {
      if (thing->descriptor >= 0 || thing->key.device != file->device || thing->key.inode != file->inode)
        continue;
      thing->holder = pid;
      thing->descriptor = number;
    }
  }
}

void KeeperSearch::finish(SharedThing& thing) const {
  if (thing.descriptor >= 0) return kept(thing, Keeper::descriptor);
  if (denied_ || sharers_.denied + sharers_.blocked != 0) {
    thing.keeper = Keeper::unknown;
    thing.freed = fail(Errc::denied);
    return;
  }
  thing.keeper = Keeper::nobody;
  thing.freed = thing.resident;
}

}  // namespace

void find_keepers(const ProcFs& procfs, Pid leader, Sharers& sharers) {
  KeeperSearch(procfs, leader, sharers).run();
}

}  // namespace pageloupe
