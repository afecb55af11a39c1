// SPDX-License-Identifier: MIT
// How the columns of a process come about. Part of field/process_fields; nothing else includes it.
#pragma once

#include "field/process_fields.h"

namespace pageloupe::getters {

template <class T>
using Cell = std::expected<T, Errc>;

inline constexpr auto kNotApplicable = std::unexpected(Errc::not_applicable);

// A kernel's number as the type of a column.
inline std::int64_t convert(const ProcessRow& /*row*/, std::int64_t value) { return value; }
inline std::int64_t convert(const ProcessRow& /*row*/, std::int32_t value) { return value; }
inline std::int64_t convert(const ProcessRow& /*row*/, Pid value) { return value.value; }
inline std::uint64_t convert(const ProcessRow& /*row*/, std::uint64_t value) { return value; }
inline Bytes convert(const ProcessRow& /*row*/, Bytes value) { return value; }
inline Bytes convert(const ProcessRow& row, Pages value) { return to_bytes(value, row.system.page_size); }
inline Nanoseconds convert(const ProcessRow& row, Ticks value) { return row.system.duration(value); }
inline Address convert(const ProcessRow& /*row*/, Address value) { return value; }

// A member of a slot's record: of_slot<&Process::stat, &PidStat::ppid>.
template <auto SlotOf, auto Member>
auto of_slot(const ProcessRow& row) -> Cell<decltype(convert(row, (*(row.process.*SlotOf)).*Member))> {
  const auto& slot = row.process.*SlotOf;
  if (!slot) return std::unexpected(slot.error());
  return convert(row, (*slot).*Member);
}
template <auto Member>
constexpr auto of_stat = of_slot<&Process::stat, Member>;

// To who may not trace the process the addresses of stat are hidden: those of its code are 1 then.
[[nodiscard]] inline bool hides_addresses(const PidStat& stat) {
  return stat.startcode == Address{1} && stat.endcode == Address{1};
}
template <auto Member>
Cell<Address> traced_address(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  return hides_addresses(*stat) ? Cell<Address>(std::unexpected(Errc::denied))
                                : Cell<Address>((*stat).*Member);
}

// A slot that is the value itself.
template <auto SlotOf>
auto whole_slot(const ProcessRow& row) -> Cell<std::remove_cvref_t<decltype(*(row.process.*SlotOf))>> {
  const auto& slot = row.process.*SlotOf;
  if (!slot) return std::unexpected(slot.error());
  return *slot;
}
template <auto SlotOf>
Cell<std::string_view> text_slot(const ProcessRow& row) {
  const auto& slot = row.process.*SlotOf;
  if (!slot) return std::unexpected(slot.error());
  return std::string_view(*slot);
}

// A key of status. The Vm… are missing in a process without memory, the others in a kernel that lacks them.
inline Cell<std::uint64_t> status_number(const ProcessRow& row, std::size_t key) {
  const auto& status = row.process.status;
  if (!status) return std::unexpected(status.error());
  const auto which = static_cast<StatusKey>(key);
  const bool of_memory = which >= StatusKey::vm_peak && which <= StatusKey::hugetlb_pages;
  // Threads share their memory: it is shown once, with the process.
  if (of_memory && row.process.memory_elsewhere) return kNotApplicable;
  if (const auto value = status->values[which]) return *value;
  return std::unexpected(of_memory && !status->values[StatusKey::vm_size] ? Errc::no_memory
                                                                          : Errc::unsupported);
}
inline Cell<Bytes> status_bytes(const ProcessRow& row, std::size_t key) {
  const auto value = status_number(row, key);
  return value ? Cell<Bytes>(Bytes{*value}) : std::unexpected(value.error());
}

// A key of smaps_rollup.
inline Cell<Bytes> rollup_bytes(const ProcessRow& row, std::size_t key) {
  const auto& rollup = row.process.rollup;
  if (!rollup) return std::unexpected(rollup.error());
  const auto value = rollup->bytes(static_cast<SmapsKey>(key));
  return value ? Cell<Bytes>(*value) : std::unexpected(Errc::unsupported);
}

// A limit; not applicable where there is none. The argument is the limit, and 100 more for the hard one.
inline constexpr std::size_t kHard = 100;
inline Cell<std::uint64_t> limit_number(const ProcessRow& row, std::size_t which) {
  const auto& limits = row.process.limits;
  if (!limits) return std::unexpected(limits.error());
  const auto& pair = (*limits)[static_cast<Limit>(which % kHard)];
  if (!pair) return std::unexpected(Errc::unsupported);
  const auto& value = which >= kHard ? pair->hard : pair->soft;
  return value ? Cell<std::uint64_t>(*value) : Cell<std::uint64_t>(kNotApplicable);
}
inline Cell<Bytes> limit_bytes(const ProcessRow& row, std::size_t which) {
  const auto value = limit_number(row, which);
  return value ? Cell<Bytes>(Bytes{*value}) : std::unexpected(value.error());
}

// By how much a count grew since the sample before, per second. A count that went back has begun anew.
inline Cell<Rate> per_second(double seconds, const Cell<std::uint64_t>& now,
                             const Cell<std::uint64_t>& before) {
  if (!now) return std::unexpected(now.error());
  if (!before || seconds <= 0 || *now < *before) return std::unexpected(Errc::no_previous);
  return Rate{static_cast<double>(*now - *before) / seconds};
}
template <auto Member>
Cell<Rate> stat_rate(const ProcessRow& row) {
  const auto count = [](const Process* process) -> Cell<std::uint64_t> {
    if (process == nullptr || !process->stat)
      return std::unexpected(process == nullptr ? Errc::no_previous : process->stat.error());
    return (*process->stat).*Member;
  };
  return per_second(row.seconds, count(&row.process), count(row.before));
}
inline Cell<Rate> status_rate(const ProcessRow& row, std::size_t key) {
  const auto count = [key](const Process* process) -> Cell<std::uint64_t> {
    if (process == nullptr || !process->status)
      return std::unexpected(process == nullptr ? Errc::no_previous : process->status.error());
    const auto value = process->status->values[static_cast<StatusKey>(key)];
    return value ? Cell<std::uint64_t>(*value) : std::unexpected(Errc::unsupported);
  };
  return per_second(row.file_seconds, count(&row.process), count(row.before));
}
template <auto Member>
Cell<Rate> io_rate(const ProcessRow& row) {
  const auto count = [](const Process* process) -> Cell<std::uint64_t> {
    if (process == nullptr || !process->io)
      return std::unexpected(process == nullptr ? Errc::no_previous : process->io.error());
    return ((*process->io).*Member).value;
  };
  return per_second(row.file_seconds, count(&row.process), count(row.before));
}

// Who it is.
Cell<std::string_view> comm(const ProcessRow& row);
Cell<std::string_view> short_comm(const ProcessRow& row);
Cell<std::string_view> args(const ProcessRow& row);
Cell<std::string_view> state(const ProcessRow& row);
Cell<std::string_view> stat_letters(const ProcessRow& row);
Cell<std::string_view> tty(const ProcessRow& row);
Cell<std::string_view> wchan(const ProcessRow& row);
Cell<std::string_view> scheduling_class(const ProcessRow& row);
Cell<std::string_view> user(const ProcessRow& row,
                            std::size_t which);  // 0 real, 1 effective, 2 saved, 3 for files
Cell<std::string_view> group(const ProcessRow& row, std::size_t which);
Cell<std::uint64_t> uid(const ProcessRow& row, std::size_t which);
Cell<std::uint64_t> gid(const ProcessRow& row, std::size_t which);
Cell<std::string_view> group_list(const ProcessRow& row, std::size_t as_names);
Cell<std::string_view> owner_user(const ProcessRow& row);
Cell<std::uint64_t> owner_uid(const ProcessRow& row);
Cell<std::string_view> cgroup(const ProcessRow& row);
Cell<std::string_view> container(const ProcessRow& row);
enum class CgroupPart : std::uint8_t { unit, slice };
Cell<std::string_view> cgroup_part(const ProcessRow& row, std::size_t part);
Cell<std::string_view> ns_pid(const ProcessRow& row);
Cell<std::uint64_t> namespace_number(const ProcessRow& row, std::size_t which);
Cell<Address> signal_set(const ProcessRow& row, std::size_t key);
Cell<std::string_view> security_label(const ProcessRow& row);

// When, and how long.
Cell<Timestamp> start(const ProcessRow& row);
Cell<Nanoseconds> elapsed(const ProcessRow& row);
Cell<Nanoseconds> cpu_time(const ProcessRow& row);
Cell<Percent> lifetime_cpu(const ProcessRow& row);
Cell<std::uint64_t> lifetime_cpu_whole(const ProcessRow& row);
Cell<std::uint64_t> lifetime_cpu_tenths(const ProcessRow& row);
Cell<Percent> family_cpu(const ProcessRow& row);
Cell<std::uint64_t> elapsed_seconds(const ProcessRow& row);
Cell<std::uint64_t> cpu_seconds(const ProcessRow& row);
Cell<Percent> interval_cpu(const ProcessRow& row);
// The priorities that ps knows are one, shifted or turned round.
enum class PriorityScale : std::uint8_t { pri, opri, pri_foo, pri_bar, pri_baz, pri_api };
Cell<std::int64_t> shifted_priority(const ProcessRow& row, std::size_t scale);
Cell<std::int64_t> nice_value(const ProcessRow& row);
Cell<std::uint64_t> ps_flags(const ProcessRow& row);
Cell<Address> no_address(const ProcessRow& row);
Cell<std::uint64_t> realtime_priority(const ProcessRow& row);

// Memory.
Cell<Percent> memory_share(const ProcessRow& row);
Cell<Bytes> vsz(const ProcessRow& row);
Cell<Bytes> rss(const ProcessRow& row);
Cell<Bytes> shared(const ProcessRow& row);
Cell<std::uint64_t> size_in_pages(const ProcessRow& row);
Cell<Bytes> text_size(const ProcessRow& row);
Cell<Bytes> data_size(const ProcessRow& row);
Cell<Bytes> writable_size(const ProcessRow& row);
Cell<Bytes> uss(const ProcessRow& row);
Cell<Bytes> untouched(const ProcessRow& row);
Cell<Percent> touched_share(const ProcessRow& row);
Cell<Percent> huge_share(const ProcessRow& row);
Cell<Bytes> ksm_merged(const ProcessRow& row);
Cell<std::int64_t> ksm_profit(const ProcessRow& row);

// Growth: of a process that is watched, or between two samples.
enum class Size : std::uint8_t { vsz, rss, pss };
Cell<ByteChange> growth_of_interval(const ProcessRow& row, std::size_t size);
Cell<ByteChange> growth_since_mark(const ProcessRow& row, std::size_t size);
Cell<ByteChange> growth_slope(const ProcessRow& row, std::size_t size);
Cell<Bytes> peak_seen(const ProcessRow& row, std::size_t size);
Cell<std::string_view> growth_trend(const ProcessRow& row, std::size_t size);

// Address translation. A counter is an event of a group, as one number.
inline constexpr std::size_t kEventsInCounter = 100;
constexpr std::size_t counter(perf::Group group, perf::Event event) {
  return static_cast<std::size_t>(group) * kEventsInCounter + static_cast<std::size_t>(event);
}
Cell<Rate> counter_rate(const ProcessRow& row, std::size_t counter);
Cell<Number> counter_per_thousand(const ProcessRow& row, std::size_t counter);
Cell<Number> instructions_per_cycle(const ProcessRow& row);
Cell<Percent> walk_cycles(const ProcessRow& row);
Cell<Percent> counter_coverage(const ProcessRow& row);
Cell<std::string_view> counter_scope(const ProcessRow& row);
Cell<std::string_view> dtlb_meaning(const ProcessRow& row);
Cell<std::uint64_t> tlb_entries(const ProcessRow& row);
Cell<Percent> tlb_covered(const ProcessRow& row, std::size_t level);  // 1 or 2
Cell<Bytes> tlb_reach(const ProcessRow& row, std::size_t level);

}  // namespace pageloupe::getters
