// SPDX-License-Identifier: MIT
#include "sample/sysv_uses.h"

#include <algorithm>
#include <sys/ipc.h>
#include <sys/sem.h>

namespace pageloupe {
namespace {

constexpr std::uint64_t kMostSemaphores = 64;

void add_end(SysvUse& use, Pid pid, EndRole role, std::span<const Pid> set) {
  if (pid.value <= 0) return;
  const ChannelEnd end{.pid = pid, .role = role, .inside = std::ranges::binary_search(set, pid)};
  if (std::ranges::find(use.ends, end) == use.ends.end()) use.ends.push_back(end);
}

bool touches_the_set(const SysvUse& use) { return std::ranges::any_of(use.ends, &ChannelEnd::inside); }

void add_queues(const ProcFs& procfs, std::span<const Pid> set, std::string& buffer,
                std::vector<SysvUse>& to) {
  const auto text = procfs.read("sysvipc/msg", buffer);
  const auto queues = text ? parse_sysvipc_msg(*text) : std::unexpected(text.error());
  if (!queues) return;
  for (const auto& queue : *queues) {
    SysvUse use{.type = ChannelType::sysv_queue, .id = queue.msqid, .key = queue.key};
    use.bytes = queue.bytes;
    use.count = queue.messages;
    add_end(use, queue.lspid, EndRole::last_sent, set);
    add_end(use, queue.lrpid, EndRole::last_taken, set);
    if (touches_the_set(use)) to.push_back(std::move(use));
  }
}

void add_semaphores(const ProcFs& procfs, std::span<const Pid> set, std::string& buffer,
                    std::vector<SysvUse>& to) {
  const auto text = procfs.read("sysvipc/sem", buffer);
  const auto semaphores = text ? parse_sysvipc_sem(*text) : std::unexpected(text.error());
  if (!semaphores) return;
  for (const auto& one : *semaphores) {
    SysvUse use{.type = ChannelType::sysv_semaphores, .id = one.semid, .key = one.key, .count = one.nsems};
    for (int i = 0; i < static_cast<int>(std::min(one.nsems, kMostSemaphores)); ++i)
      add_end(use, Pid{::semctl(one.semid, i, GETPID)}, EndRole::last_used, set);
    if (touches_the_set(use)) to.push_back(std::move(use));
  }
}

}  // namespace

std::vector<SysvUse> read_sysv_uses(const ProcFs& procfs, std::span<const Pid> set) {
  std::vector<SysvUse> uses;
  std::string buffer;
  add_queues(procfs, set, buffer, uses);
  if (procfs.root() == "/proc") add_semaphores(procfs, set, buffer, uses);
  return uses;
}

}  // namespace pageloupe
