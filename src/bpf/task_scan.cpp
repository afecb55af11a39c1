// SPDX-License-Identifier: MIT
#include "bpf/task_scan.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <span>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "bpf/task_loader.h"
#include "bpf/task_record.h"

namespace pageloupe {

// The kernel hands out at most as much in one read.
struct TaskScan::Block {
  alignas(task_record) std::array<char, std::size_t{32} * 1024> bytes{};
  std::size_t size = 0;
  std::size_t at = 0;
  Bytes page_size{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
};

#ifdef PAGELOUPE_BPF
namespace {

constexpr int kBpf = 39;  // CAP_BPF of Linux 5.8
constexpr int kPerfmon = 38;

bool capable(std::span<const __user_cap_data_struct> data, int capability) {
  const auto bit = static_cast<unsigned>(capability);
  return (data[bit / 32].effective >> (bit % 32) & 1) != 0;
}

bool may_load() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  const bool loads = capable(data, CAP_SYS_ADMIN) || (capable(data, kBpf) && capable(data, kPerfmon));
  // Without it the text hides what the iterator would show.
  return loads && capable(data, CAP_SYS_PTRACE);
}

// Whether what /proc says of processes is what an iterator that this process reads says: the same PIDs, users
// and times. The reason otherwise.
std::string_view other_world(const ProcFs& procfs) {
  if (procfs.root() != "/proc") return "another /proc than this machine's was asked for";
  std::string buffer;
  std::array<char, 32> self{};
  const auto size = ::readlink("/proc/self", self.data(), self.size());
  const std::string_view pid(self.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (to_number<std::int32_t>(pid) != ::getpid()) return "/proc is of another PID namespace";
  const auto users = procfs.read("self/uid_map", buffer);
  if (!users) return "its user namespace is not known";
  std::string_view map = *users;
  for (const std::string_view word : {"0", "0", "4294967295"}) {
    map = trim(map);
    if (!map.starts_with(word)) return "it runs in a user namespace of its own";
    map.remove_prefix(word.size());
  }
  const auto times = procfs.read("self/timens_offsets", buffer);
  if (times && times->find_first_not_of("monotonicboottime 0\n\t") != std::string_view::npos)
    return "it runs in a time namespace of its own";
  return {};
}

// Also those that are switched off: they may have counted.
unsigned cpus_to_add_up() {
  // Adding up more than these costs more than reading statm.
  constexpr long kMost = 64;
  const auto count = ::sysconf(_SC_NPROCESSORS_CONF);
  return count > 0 && count <= kMost ? static_cast<unsigned>(count) : 0;
}

Errc refusal(int error) { return error == EPERM || error == EACCES ? Errc::denied : Errc::unsupported; }

}  // namespace

Result<TaskScan> TaskScan::open(const ProcFs& procfs, std::string& why) {
  if (const auto reason = other_world(procfs); !reason.empty()) {
    why = reason;
    return fail(Errc::unsupported);
  }
  if (!may_load()) {
    why = "it takes root, or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE";
    return fail(Errc::denied);
  }
  const int link = ::pageloupe_load_tasks(cpus_to_add_up());
  if (link < 0) {
    why = "the kernel does not take the program (" + std::string(::strerrorname_np(-link)) + ")";
    return fail(refusal(-link));
  }
  return TaskScan(UniqueFd(link));
}
#else
Result<TaskScan> TaskScan::open(const ProcFs& /*procfs*/, std::string& why) {
  why = "this program was built without BPF";
  return fail(Errc::unsupported);
}
#endif

TaskScan::TaskScan(UniqueFd link) : link_(std::move(link)), block_(std::make_unique<Block>()) {}
TaskScan::TaskScan(TaskScan&&) noexcept = default;
TaskScan& TaskScan::operator=(TaskScan&&) noexcept = default;
TaskScan::~TaskScan() = default;

Result<void> TaskScan::begin() {
  bpf_attr request{};
  request.iter_create.link_fd = static_cast<std::uint32_t>(link_.get());
  const auto fd = ::syscall(SYS_bpf, BPF_ITER_CREATE, &request, sizeof request);
  if (fd < 0) return fail(errno == EMFILE || errno == ENFILE ? Errc::no_descriptors : Errc::io);
  iterator_ = UniqueFd(static_cast<int>(fd));
  block_->size = block_->at = 0;
  has_current_ = false;
  ended_ = false;
  return {};
}

// A record may be cut by the end of a block.
const task_record* TaskScan::next_record() {
  auto& block = *block_;
  while (!ended_ && block.size - block.at < sizeof(task_record)) {
    const auto rest = block.size - block.at;
    std::memmove(block.bytes.data(), block.bytes.data() + block.at, rest);
    block.at = 0;
    const auto got = ::read(iterator_.get(), block.bytes.data() + rest, block.bytes.size() - rest);
    // EAGAIN: the kernel has passed over a million tasks without a record, and goes on from there.
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
      block.size = rest;
      continue;
    }
    block.size = rest + (got > 0 ? static_cast<std::size_t>(got) : 0);
    ended_ = got <= 0;
  }
  if (block.size - block.at < sizeof(task_record)) return nullptr;
  const auto* record = reinterpret_cast<const task_record*>(block.bytes.data() + block.at);
  block.at += sizeof(task_record);
  return record;
}

const ScannedProcess* TaskScan::next() {
  while (const auto* record = next_record()) {
    const auto process = scanned_process(*record, block_->page_size);
    if (!process) continue;
    current_ = *process;
    has_current_ = true;
    return &current_;
  }
  has_current_ = false;
  return nullptr;
}

const ScannedProcess* TaskScan::find(Pid pid) {
  if (!has_current_ && next() == nullptr) return nullptr;
  while (current_.stat.pid < pid) {
    if (next() == nullptr) return nullptr;
  }
  return current_.stat.pid == pid ? &current_ : nullptr;
}

}  // namespace pageloupe
