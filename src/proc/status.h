// SPDX-License-Identifier: MIT
// /proc/PID/status and /proc/PID/task/TID/status; see proc(5). Never blocks, 13 µs.
#pragma once

#include <array>
#include <string_view>

#include "proc/keyed.h"

namespace pageloupe {

// Numbers of one value; the Vm… and Rss… are bytes and missing in a process without memory.
enum class StatusKey : std::uint8_t {
  tgid,
  ngid,
  tracer_pid,
  vm_peak,
  vm_size,
  vm_lck,
  vm_pin,
  vm_hwm,
  vm_rss,
  rss_anon,
  rss_file,
  rss_shmem,
  vm_data,
  vm_stk,
  vm_exe,
  vm_lib,
  vm_pte,
  vm_pmd,
  vm_swap,
  hugetlb_pages,
  core_dumping,
  thp_enabled,
  threads,
  sig_pnd,  // these five are sets: bit n - 1 is signal n
  shd_pnd,
  sig_blk,
  sig_ign,
  sig_cgt,
  voluntary_ctxt_switches,
  nonvoluntary_ctxt_switches,
  count_
};

inline constexpr auto kStatusKeys = std::to_array<KeySpelling<StatusKey>>({
    {StatusKey::tgid, "Tgid"},
    {StatusKey::ngid, "Ngid"},
    {StatusKey::tracer_pid, "TracerPid"},
    {StatusKey::vm_peak, "VmPeak"},
    {StatusKey::vm_size, "VmSize"},
    {StatusKey::vm_lck, "VmLck"},
    {StatusKey::vm_pin, "VmPin"},
    {StatusKey::vm_hwm, "VmHWM"},
    {StatusKey::vm_rss, "VmRSS"},
    {StatusKey::rss_anon, "RssAnon"},
    {StatusKey::rss_file, "RssFile"},
    {StatusKey::rss_shmem, "RssShmem"},
    {StatusKey::vm_data, "VmData"},
    {StatusKey::vm_stk, "VmStk"},
    {StatusKey::vm_exe, "VmExe"},
    {StatusKey::vm_lib, "VmLib"},
    {StatusKey::vm_pte, "VmPTE"},
    {StatusKey::vm_pmd, "VmPMD"},
    {StatusKey::vm_swap, "VmSwap"},
    {StatusKey::hugetlb_pages, "HugetlbPages"},
    {StatusKey::core_dumping, "CoreDumping"},
    {StatusKey::thp_enabled, "THP_enabled"},
    {StatusKey::threads, "Threads"},
    {StatusKey::sig_pnd, "SigPnd"},
    {StatusKey::shd_pnd, "ShdPnd"},
    {StatusKey::sig_blk, "SigBlk"},
    {StatusKey::sig_ign, "SigIgn"},
    {StatusKey::sig_cgt, "SigCgt"},
    {StatusKey::voluntary_ctxt_switches, "voluntary_ctxt_switches"},
    {StatusKey::nonvoluntary_ctxt_switches, "nonvoluntary_ctxt_switches"},
});
static_assert(in_enum_order(kStatusKeys));

struct PidStatus {
  std::string_view name{};             // comm with \n and \\ escaped; a view into the text
  std::array<std::uint32_t, 4> uid{};  // real, effective, saved, filesystem
  std::array<std::uint32_t, 4> gid{};
  std::string_view groups{};  // the supplementary groups' numbers, blanks between
  std::string_view ns_pid{};  // PIDs from the outermost namespace inwards, tabs between
  KeyedValues<StatusKey> values{};
};

// Errors: malformed, with its line. Keys that are not known here are passed over.
[[nodiscard]] Result<PidStatus> parse_status(std::string_view text);

}  // namespace pageloupe
