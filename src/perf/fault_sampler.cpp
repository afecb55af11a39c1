// SPDX-License-Identifier: MIT
#include "perf/fault_sampler.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

namespace pageloupe::perf {
namespace {

constexpr std::size_t kRingPages = 128;
constexpr std::size_t kFewestPages = 8;

std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

std::unexpected<Error> failed(int error) {
  auto code = Errc::io;
  if (error == EACCES || error == EPERM) code = Errc::denied;
  if (error == EMFILE || error == ENFILE || error == ENOMEM) code = Errc::no_descriptors;
  if (error == ENOSYS || error == EINVAL || error == ENOENT) code = Errc::unsupported;
  if (error == ESRCH) code = Errc::gone;
  return std::unexpected(Error{.code = code, .os_error = error, .file = "perf_event_open"});
}

perf_event_attr attributes(FaultKind kind, bool user_only, bool follows_threads) {
  perf_event_attr attr{};
  attr.size = sizeof(attr);
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = kind == FaultKind::minor ? PERF_COUNT_SW_PAGE_FAULTS_MIN : PERF_COUNT_SW_PAGE_FAULTS_MAJ;
  attr.sample_period = 1;
  attr.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_ADDR;
  attr.inherit = attr.inherit_thread = follows_threads;
  attr.exclude_kernel = attr.exclude_hv = user_only;
  attr.disabled = 1;  // until there is a ring: what is counted before it leaves no sample
  attr.watermark = 1;
  attr.wakeup_watermark = static_cast<std::uint32_t>(kRingPages * page_size() / 4);
  return attr;
}

}  // namespace

Result<Ring> Ring::map(int fd, std::size_t pages) {
  const auto page = page_size();
  while (true) {
    void* const memory = ::mmap(nullptr, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED) return Ring(memory, pages * page, fd);
    if (errno != EPERM || pages <= kFewestPages) return failed(errno);
    pages /= 2;
  }
}

Ring::~Ring() {
  if (memory_ != nullptr) ::munmap(memory_, size_ + page_size());
}

bool Ring::drain(std::vector<std::byte>& buffer, FaultRecords& to) {
  auto* const control = static_cast<perf_event_mmap_page*>(memory_);
  const auto* const data = static_cast<const std::byte*>(memory_) + page_size();
  // The kernel writes data before it moves the head, and may use again what lies before the tail.
  const auto head = std::atomic_ref<__u64>(control->data_head).load(std::memory_order_acquire);
  const auto tail = control->data_tail;
  const auto length = static_cast<std::size_t>(head - tail);
  buffer.resize(length);
  const auto at = static_cast<std::size_t>(tail % size_);
  const auto first = std::min(length, size_ - at);
  if (length != 0) std::memcpy(buffer.data(), data + at, first);
  if (first < length) std::memcpy(buffer.data() + first, data, length - first);
  std::atomic_ref<__u64>(control->data_tail).store(head, std::memory_order_release);
  return parse_fault_records(buffer, to);
}

Result<FaultSampler> FaultSampler::open(Calls& calls, Budget& budget, std::span<const Pid> threads,
                                        std::span<const int> cpus) {
  FaultSampler sampler(calls, budget);
  for (const auto cpu : cpus) {
    const auto opened = sampler.open_cpu(threads, cpu);
    if (!opened) return std::unexpected(opened.error());
  }
  if (sampler.sources_.empty()) return failed(ESRCH);
  for (const auto& source : sampler.sources_)
    static_cast<void>(calls.ioctl(source.fd.get(), PERF_EVENT_IOC_ENABLE, nullptr));
  return sampler;
}

// The descriptor, or -errno.
int FaultSampler::open_event(Pid thread, int cpu, FaultKind kind) {
  const Calls::Place place{.pid = thread.value, .cpu = cpu};
  auto attr = attributes(kind, user_only_, follows_threads_);
  auto fd = calls_->open(attr, place);
  if (fd == -EINVAL && follows_threads_) {
    attr = attributes(kind, user_only_, false);
    fd = calls_->open(attr, place);
    if (fd >= 0) follows_threads_ = false;
  }
  if ((fd == -EACCES || fd == -EPERM) && !user_only_) {
    attr = attributes(kind, true, follows_threads_);
    fd = calls_->open(attr, place);
    if (fd >= 0) user_only_ = true;
  }
  return fd;
}

Result<void> FaultSampler::open_cpu(std::span<const Pid> threads, int cpu) {
  bool has_ring = false;
  for (const auto thread : threads) {
    for (const auto kind : {FaultKind::minor, FaultKind::major}) {
      if (!budget_->take(1)) return failed(EMFILE);
      const int fd = open_event(thread, cpu, kind);
      if (fd < 0) budget_->give_back(1);
      // A thread may have ended, and a CPU gone offline, since they were listed.
      if (fd == -ESRCH || fd == -ENODEV) continue;
      if (fd < 0) return failed(-fd);
      sources_.push_back({Descriptor(*calls_, fd), kind});
      std::uint64_t id = 0;
      static_cast<void>(calls_->ioctl(fd, PERF_EVENT_IOC_ID, &id));
      kinds_.insert_or_assign(id, kind);
      if (has_ring) {
        const auto shared = calls_->ioctl(
            fd, PERF_EVENT_IOC_SET_OUTPUT,
            reinterpret_cast<void*>(static_cast<std::uintptr_t>(rings_.back().fd())));  // NOLINT: a number
        if (shared < 0) return failed(-shared);
        continue;
      }
      auto ring = Ring::map(fd, kRingPages);
      if (!ring) return std::unexpected(ring.error());
      rings_.push_back(std::move(*ring));
      has_ring = true;
    }
  }
  return {};
}

void FaultSampler::wait(std::chrono::milliseconds most) {
  std::vector<pollfd> waiting;
  waiting.reserve(rings_.size());
  for (const auto& ring : rings_) waiting.push_back({.fd = ring.fd(), .events = POLLIN, .revents = 0});
  static_cast<void>(::poll(waiting.data(), waiting.size(), static_cast<int>(most.count())));
  // The event of a thread that has ended answers at once, for ever.
  const bool ended =
      std::ranges::any_of(waiting, [](const pollfd& one) { return (one.revents & POLLHUP) != 0; });
  constexpr int kPauseMs = 5;
  if (ended) static_cast<void>(::poll(nullptr, 0, kPauseMs));
}

void FaultSampler::stop() {
  for (const auto& source : sources_)
    static_cast<void>(calls_->ioctl(source.fd.get(), PERF_EVENT_IOC_DISABLE, nullptr));
}

std::span<const FaultSampler::Fault> FaultSampler::take() {
  records_ = {};
  faults_.clear();
  for (auto& ring : rings_) static_cast<void>(ring.drain(buffer_, records_));
  lost_ += records_.lost;
  for (const auto& sample : records_.samples) {
    const auto kind = kinds_.find(sample.event);
    if (kind != kinds_.end()) faults_.push_back({kind->second, sample.tid, sample.address});
  }
  return faults_;
}

std::uint64_t FaultSampler::counted(FaultKind kind) {
  std::uint64_t sum = 0;
  for (const auto& source : sources_) {
    std::uint64_t count = 0;
    if (source.kind == kind && calls_->read(source.fd.get(), &count, sizeof count) == sizeof count)
      sum += count;
  }
  return sum;
}

}  // namespace pageloupe::perf
