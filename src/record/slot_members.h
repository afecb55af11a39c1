// SPDX-License-Identifier: MIT
// The members of what a process's files say: the rows of the table in process_line.cpp look here.
#pragma once

#include "record/members.h"
#include "sample/process.h"

namespace pageloupe {

// In the order of proc(5).
inline constexpr auto kStatMembers = std::to_array<Member<PidStat>>({
    member<&PidStat::pid>("pid"),
    member<&PidStat::comm>("comm"),
    member<&PidStat::state>("state"),
    member<&PidStat::ppid>("ppid"),
    member<&PidStat::pgrp>("pgrp"),
    member<&PidStat::session>("session"),
    member<&PidStat::tty_nr>("tty_nr"),
    member<&PidStat::tpgid>("tpgid"),
    member<&PidStat::flags>("flags"),
    member<&PidStat::minflt>("minflt"),
    member<&PidStat::cminflt>("cminflt"),
    member<&PidStat::majflt>("majflt"),
    member<&PidStat::cmajflt>("cmajflt"),
    member<&PidStat::utime>("utime_ticks"),
    member<&PidStat::stime>("stime_ticks"),
    member<&PidStat::cutime>("cutime_ticks"),
    member<&PidStat::cstime>("cstime_ticks"),
    member<&PidStat::priority>("priority"),
    member<&PidStat::nice>("nice"),
    member<&PidStat::num_threads>("num_threads"),
    member<&PidStat::itrealvalue>("itrealvalue"),
    member<&PidStat::starttime>("starttime_ticks"),
    member<&PidStat::vsize>("vsize_bytes"),
    member<&PidStat::rss>("rss_pages"),
    hex_member<&PidStat::rsslim>("rsslim"),
    member<&PidStat::startcode>("startcode"),
    member<&PidStat::endcode>("endcode"),
    member<&PidStat::startstack>("startstack"),
    member<&PidStat::kstkesp>("kstkesp"),
    member<&PidStat::kstkeip>("kstkeip"),
    hex_member<&PidStat::signal>("signal"),
    hex_member<&PidStat::blocked>("blocked"),
    hex_member<&PidStat::sigignore>("sigignore"),
    hex_member<&PidStat::sigcatch>("sigcatch"),
    hex_member<&PidStat::wchan>("wchan"),
    member<&PidStat::nswap>("nswap"),
    member<&PidStat::cnswap>("cnswap"),
    member<&PidStat::exit_signal>("exit_signal"),
    member<&PidStat::processor>("processor"),
    member<&PidStat::rt_priority>("rt_priority"),
    member<&PidStat::policy>("policy"),
    member<&PidStat::delayacct_blkio_ticks>("delayacct_blkio_ticks"),
    member<&PidStat::guest_time>("guest_time_ticks"),
    member<&PidStat::cguest_time>("cguest_time_ticks"),
    member<&PidStat::start_data>("start_data"),
    member<&PidStat::end_data>("end_data"),
    member<&PidStat::start_brk>("start_brk"),
});
static_assert(names_are_sound(kStatMembers) && kStatMembers.size() == count_members<PidStat>());

inline constexpr auto kStatmMembers = std::to_array<Member<PidStatm>>({
    member<&PidStatm::size>("size_pages"),
    member<&PidStatm::resident>("resident_pages"),
    member<&PidStatm::shared>("shared_pages"),
    member<&PidStatm::text>("text_pages"),
    member<&PidStatm::data>("data_pages"),
});
static_assert(names_are_sound(kStatmMembers) && kStatmMembers.size() == count_members<PidStatm>());

inline constexpr auto kOwnerMembers = std::to_array<Member<Owner>>({
    member<&Owner::uid>("uid"),
    member<&Owner::gid>("gid"),
});
static_assert(names_are_sound(kOwnerMembers) && kOwnerMembers.size() == count_members<Owner>());

inline constexpr auto kIoMembers = std::to_array<Member<PidIo>>({
    member<&PidIo::rchar>("rchar_bytes"),
    member<&PidIo::wchar>("wchar_bytes"),
    member<&PidIo::syscr>("syscr"),
    member<&PidIo::syscw>("syscw"),
    member<&PidIo::read_bytes>("read_bytes"),
    member<&PidIo::write_bytes>("write_bytes"),
    member<&PidIo::cancelled_write_bytes>("cancelled_write_bytes"),
});
static_assert(names_are_sound(kIoMembers) && kIoMembers.size() == count_members<PidIo>());

inline constexpr auto kKsmMembers = std::to_array<Member<KsmStat>>({
    member<&KsmStat::rmap_items>("rmap_items"),
    member<&KsmStat::zero_pages>("zero_pages"),
    member<&KsmStat::merging_pages>("merging_pages"),
    member<&KsmStat::process_profit>("process_profit_bytes"),
    member<&KsmStat::merge_any>("merge_any"),
    member<&KsmStat::mergeable>("mergeable"),
});
static_assert(names_are_sound(kKsmMembers) && kKsmMembers.size() == count_members<KsmStat>());

inline constexpr auto kCgroupMembers = std::to_array<Member<CgroupPaths>>({
    member<&CgroupPaths::path>("path"),
    member<&CgroupPaths::v2>("v2"),
});
static_assert(names_are_sound(kCgroupMembers) && kCgroupMembers.size() == count_members<CgroupPaths>());

// Its keyed values have a table of their own: kStatusKeys.
inline constexpr auto kStatusMembers = std::to_array<Member<StatusRecord>>({
    member<&StatusRecord::uid>("uid"),
    member<&StatusRecord::gid>("gid"),
    member<&StatusRecord::ns_pid>("ns_pid"),
    member<&StatusRecord::groups>("groups"),
});
static_assert(names_are_sound(kStatusMembers) && kStatusMembers.size() + 1 == count_members<StatusRecord>());

// [soft, hard]; null is without end.
template <Limit limit>
consteval Member<PidLimits> limit_member(std::string_view name) {
  constexpr auto kAt = static_cast<std::size_t>(limit);
  return {.name = name,
          .write =
              [](Buffer& buffer, std::string_view key, const PidLimits& limits) {
                const auto& pair = limits.limits[kAt];
                if (!pair) return;
                append_name(buffer, key);
                for (const auto& [before, value] : {std::pair{'[', pair->soft}, std::pair{',', pair->hard}}) {
                  buffer.push_back(before);
                  append(buffer, value ? Decimal(*value).view() : "null");
                }
                append(buffer, "],");
              },
          .read =
              [](const Scalar& scalar, std::uint32_t element, PidLimits& limits) {
                auto& pair = limits.limits[kAt];
                if (!pair) pair.emplace();
                if (element > 1) return false;
                auto& value = element == 0 ? pair->soft : pair->hard;
                if (std::holds_alternative<std::monostate>(scalar)) return true;
                return read_number(scalar, value.emplace());
              },
          .mix =
              [](Digest& digest, const PidLimits& limits) {
                const auto& pair = limits.limits[kAt];
                digest.mix(pair ? 1U : 0U);
                if (!pair) return;
                MemberValue<std::optional<std::uint64_t>>::mix(digest, pair->soft);
                MemberValue<std::optional<std::uint64_t>>::mix(digest, pair->hard);
              }};
}

inline constexpr auto kLimitMembers = std::to_array<Member<PidLimits>>({
    limit_member<Limit::stack>("stack_bytes"),
    limit_member<Limit::data>("data_bytes"),
    limit_member<Limit::address_space>("address_space_bytes"),
    limit_member<Limit::memlock>("memlock_bytes"),
    limit_member<Limit::nofile>("nofile"),
});
static_assert(names_are_sound(kLimitMembers) &&
              kLimitMembers.size() == static_cast<std::size_t>(Limit::count_));

// How a key's value is written: the kernel's spelling with the unit after it.
enum class KeyedAs : std::uint8_t { number, bytes, bits };

constexpr KeyedAs keyed_as(StatusKey key) {
  if (key >= StatusKey::vm_peak && key <= StatusKey::hugetlb_pages) return KeyedAs::bytes;
  if (key >= StatusKey::sig_pnd && key <= StatusKey::sig_cgt) return KeyedAs::bits;
  return KeyedAs::number;
}
constexpr KeyedAs keyed_as(SmapsKey key) {
  return key >= SmapsKey::thp_eligible ? KeyedAs::number : KeyedAs::bytes;
}

}  // namespace pageloupe
