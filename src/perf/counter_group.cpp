// SPDX-License-Identifier: MIT
#include "perf/counter_group.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <sys/resource.h>

namespace pageloupe::perf {
namespace {

// What read(2) of a leader gives: PERF_FORMAT_GROUP, both times, IDs.
struct GroupReading {
  std::uint64_t count = 0;
  std::uint64_t enabled = 0;
  std::uint64_t running = 0;
  struct {
    std::uint64_t value = 0;
    std::uint64_t id = 0;
  } values[kMostInGroup]{};
};

Errc reason_of(int error) {
  switch (error) {
    case ESRCH: return Errc::gone;
    case EACCES:
    case EPERM: return Errc::denied;
    case ENOSYS: return Errc::unsupported;
    case EMFILE:
    case ENFILE:
    case ENOMEM: return Errc::no_descriptors;
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
    case EINVAL: return Errc::event_missing;
    default: return Errc::io;
  }
}

perf_event_attr attributes(const Encoding& encoding, const OpenOptions& options, bool leads) {
  perf_event_attr attr{};
  attr.size = sizeof(attr);
  attr.type = encoding.type;
  attr.config = encoding.config;
  attr.read_format =
      PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  attr.inherit = options.inherit != Inherit::none;
  attr.inherit_thread = options.inherit == Inherit::threads;
  // The members begin with their leader, so that all of them count the same stretch of time.
  attr.disabled = leads;
  attr.enable_on_exec = leads && options.on_exec;
  return attr;
}

// value × enabled ÷ running, without overflow.
std::uint64_t scaled(std::uint64_t value, std::uint64_t enabled, std::uint64_t running) {
  if (running == 0 || running == enabled) return value;
  return static_cast<std::uint64_t>(
      std::round(static_cast<long double>(value) * static_cast<long double>(enabled) /
                 static_cast<long double>(running)));
}

}  // namespace

std::size_t raise_descriptor_limit() {
  constexpr std::size_t kMost = 16384;
  constexpr std::size_t kOthers = 128;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    const auto soft = std::exchange(limit.rlim_cur, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = soft;
  }
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  return files > kOthers ? std::min(files - kOthers, kMost) : 0;
}

CounterGroup::CounterGroup(Calls& calls, const Machine& machine, Budget& budget, std::span<const Pid> threads,
                           const Plan& plan, OpenOptions options)
    : calls_(&calls),
      machine_(&machine),
      budget_(&budget),
      parts_(std::max<std::size_t>(machine.core_pmus.size(), 1)) {
  for (const auto thread : threads) open_thread(thread, plan, options);
  sum_.user_only = user_only_;
  for (auto& part : parts_) part.user_only = user_only_;
}

CounterGroup::CounterGroup(CounterGroup&& other) noexcept
    : calls_(other.calls_),
      machine_(other.machine_),
      budget_(other.budget_),
      units_(std::move(other.units_)),
      added_(std::move(other.added_)),
      parts_(std::move(other.parts_)),
      sum_(std::move(other.sum_)),
      descriptors_(std::exchange(other.descriptors_, 0)),
      left_out_(other.left_out_),
      user_only_(other.user_only_) {}

CounterGroup::~CounterGroup() { budget_->give_back(descriptors_); }

void CounterGroup::open_thread(Pid thread, const Plan& plan, const OpenOptions& options) {
  const auto before = left_out_;
  for (const auto& group : kGroupTable) {
    if (!plan.has(group.group)) continue;
    std::size_t pmus = 1;
    for (std::size_t place = 0; place < group.size; ++place)
      pmus = std::max(pmus, pmus_of(group.events[place], *machine_));
    for (std::size_t pmu = 0; pmu < pmus; ++pmu) open_unit(thread, group.group, pmu, plan, options);
  }
  left_out_ = std::min(left_out_, before + 1);
}

// A member that cannot be opened is left out, and the next one leads.
void CounterGroup::open_unit(Pid thread, Group group, std::size_t pmu, const Plan& plan,
                             const OpenOptions& options) {
  Unit unit{.group = group, .pmu = static_cast<std::uint8_t>(pmu)};
  int leader = -1;
  for (std::size_t place = 0; place < info(group).size; ++place) {
    if (!plan.has(group, place)) continue;
    const auto event = info(group).events[place];
    // Cycles are what walks are set against: where these have no event, they would be counted for nothing.
    if (group == Group::walks && event == Event::cycles && leader < 0) break;
    const auto encoding = encode(event, *machine_, pmu);
    auto opened = encoding ? open_event(thread, event, *encoding, leader, options)
                           : std::expected<Descriptor, Errc>(std::unexpected(encoding.error()));
    note(group, pmu, place, opened ? Cell<std::uint64_t>(0) : std::unexpected(opened.error()));
    if (!opened) continue;
    auto& member = unit.members[place];
    member.fd = std::move(*opened);
    if (calls_->ioctl(member.fd.get(), PERF_EVENT_IOC_ID, &member.id) < 0) member.id = 0;
    if (leader < 0) leader = member.fd.get();
  }
  if (leader < 0) return;
  if (!options.on_exec) {
    auto* const whole_group =
        reinterpret_cast<void*>(std::uintptr_t{PERF_IOC_FLAG_GROUP});  // NOLINT(performance-no-int-to-ptr)
    static_cast<void>(calls_->ioctl(leader, PERF_EVENT_IOC_ENABLE, whole_group));
  }
  units_.push_back(std::move(unit));
}

std::expected<Descriptor, Errc> CounterGroup::open_event(Pid thread, Event event, const Encoding& encoding,
                                                         int leader, const OpenOptions& options) {
  if (!budget_->take(1)) {
    ++left_out_;
    return std::unexpected(Errc::no_descriptors);
  }
  auto attr = attributes(encoding, options, leader < 0);
  const Calls::Place place{.pid = thread.value, .group_fd = leader};
  auto fd = calls_->open(attr, place);
  if (fd == -EINVAL && attr.inherit_thread != 0) {
    // Before Linux 5.13: threads begun later are not counted, and coverage says so.
    attr.inherit = attr.inherit_thread = 0;
    fd = calls_->open(attr, place);
  }
  if ((fd == -EACCES || fd == -EPERM) && !info(event).in_kernel_only) {
    // Refused before the kernel looks whether there is such an event: the second answer is the one to tell.
    attr.exclude_kernel = attr.exclude_hv = 1;
    fd = calls_->open(attr, place);
    if (fd >= 0) user_only_ = true;
  }
  if (fd >= 0) {
    ++descriptors_;
    return Descriptor(*calls_, fd);
  }
  budget_->give_back(1);
  const auto reason = reason_of(-fd);
  if (reason == Errc::no_descriptors) ++left_out_;
  return std::unexpected(reason);
}

// An event that one thread counts is counted; of several reasons the first that is not a thread's own stays.
void CounterGroup::note(Group group, std::size_t pmu, std::size_t place, const Cell<std::uint64_t>& outcome) {
  const auto keep = [&](Cell<std::uint64_t>& cell) {
    if (cell) return;
    if (outcome || cell.error() == Errc::not_sampled || cell.error() == Errc::gone) cell = outcome;
  };
  keep(parts_[pmu][group].values[place]);
  keep(sum_[group].values[place]);
}

CounterGroup::Added CounterGroup::read_unit(Unit& unit) {
  Added added;
  const auto leader = std::ranges::find_if(unit.members, [](const Member& m) { return bool(m.fd); });
  GroupReading reading;
  const auto length = calls_->read(leader->fd.get(), &reading, sizeof reading);
  constexpr long kHead = 3 * sizeof(std::uint64_t);
  if (length < kHead || reading.enabled < unit.enabled || reading.running < unit.running) return added;
  added.enabled = reading.enabled - std::exchange(unit.enabled, reading.enabled);
  added.running = reading.running - std::exchange(unit.running, reading.running);
  const auto most = static_cast<std::size_t>(length - kHead) / sizeof(reading.values[0]);
  for (std::size_t i = 0; i < std::min<std::size_t>(reading.count, most); ++i) {
    const auto member = std::ranges::find_if(
        unit.members, [&](const Member& m) { return m.fd && m.id == reading.values[i].id; });
    if (member == unit.members.end() || reading.values[i].value < member->last) continue;
    const auto place = static_cast<std::size_t>(member - unit.members.begin());
    added.values[place] = reading.values[i].value - std::exchange(member->last, reading.values[i].value);
  }
  return added;
}

// A thread is on one kind of core at a time: what ran on one of its PMUs is a part of one time, so that they
// are scaled together.
void CounterGroup::add(std::span<const Unit> units, std::span<const Added> added) {
  std::uint64_t enabled = 0;
  std::uint64_t running = 0;
  for (const auto& one : added) {
    enabled = std::max(enabled, one.enabled);
    running += one.running;
  }
  running = std::min(running, enabled);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto& unit = units[i];
    auto& part = parts_[unit.pmu][unit.group];
    auto& sum = sum_[unit.group];
    for (std::size_t place = 0; place < kMostInGroup; ++place) {
      if (!unit.members[place].fd) continue;
      const auto value = scaled(added[i].values[place], enabled, running);
      if (part.values[place]) *part.values[place] += value;
      if (sum.values[place]) *sum.values[place] += value;
    }
    part.enabled += Nanoseconds{enabled};
    part.running += Nanoseconds{added[i].running};
  }
  auto& sum = sum_[units.front().group];
  sum.enabled += Nanoseconds{enabled};
  sum.running += Nanoseconds{running};
}

const Counts& CounterGroup::read() {
  for (std::size_t first = 0; first < units_.size();) {
    std::size_t end = first + 1;
    while (end < units_.size() && units_[end].group == units_[first].group &&
           units_[end].pmu > units_[end - 1].pmu)
      ++end;
    added_.clear();
    for (auto i = first; i < end; ++i) added_.push_back(read_unit(units_[i]));
    add(std::span(units_).subspan(first, end - first), added_);
    first = end;
  }
  return sum_;
}

}  // namespace pageloupe::perf
