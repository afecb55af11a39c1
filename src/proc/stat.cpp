// SPDX-License-Identifier: MIT
#include "proc/stat.h"

#include <tuple>

#include "base/text.h"

namespace pageloupe {
namespace {

// Fields 4 to 47, in the order of the text.
constexpr auto kNumbers = std::tuple(
    &PidStat::ppid, &PidStat::pgrp, &PidStat::session, &PidStat::tty_nr, &PidStat::tpgid, &PidStat::flags,
    &PidStat::minflt, &PidStat::cminflt, &PidStat::majflt, &PidStat::cmajflt, &PidStat::utime,
    &PidStat::stime, &PidStat::cutime, &PidStat::cstime, &PidStat::priority, &PidStat::nice,
    &PidStat::num_threads, &PidStat::itrealvalue, &PidStat::starttime, &PidStat::vsize, &PidStat::rss,
    &PidStat::rsslim, &PidStat::startcode, &PidStat::endcode, &PidStat::startstack, &PidStat::kstkesp,
    &PidStat::kstkeip, &PidStat::signal, &PidStat::blocked, &PidStat::sigignore, &PidStat::sigcatch,
    &PidStat::wchan, &PidStat::nswap, &PidStat::cnswap, &PidStat::exit_signal, &PidStat::processor,
    &PidStat::rt_priority, &PidStat::policy, &PidStat::delayacct_blkio_ticks, &PidStat::guest_time,
    &PidStat::cguest_time, &PidStat::start_data, &PidStat::end_data, &PidStat::start_brk);
constexpr std::uint32_t kFirstNumber = 4;
constexpr std::uint32_t kLastRequired = 24;  // rss

template <std::integral T>
bool assign(T& to, std::string_view word) {
  const auto value = to_number<T>(word);
  if (value) to = *value;
  return value.has_value();
}

template <class Tag, class Rep>
bool assign(Quantity<Tag, Rep>& to, std::string_view word) {
  return assign(to.value, word);
}

// Reads one field after the other until one does not read; returns its number, 0 when all did.
template <std::size_t... I>
std::uint32_t read_numbers(std::string_view text, PidStat& stat, std::index_sequence<I...>) {
  std::uint32_t field = kFirstNumber;
  const auto one = [&](auto member) {
    if (!assign(stat.*member, take_until(text, ' '))) return false;
    ++field;
    return true;
  };
  const bool all = (one(std::get<I>(kNumbers)) && ...);
  return all ? 0 : field;
}

}  // namespace

Result<PidStat> parse_stat(std::string_view text) {
  // A text that is cut would end in a number that is not the kernel's.
  if (!text.ends_with('\n')) return malformed("stat", "end of line");
  text.remove_suffix(1);
  PidStat stat;
  // comm may hold anything, also ") ": it ends at the last parenthesis of the text.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return malformed("stat", "comm", 2);
  }
  if (!assign(stat.pid, trim(text.substr(0, open)))) return malformed("stat", "pid", 1);
  stat.comm = Comm(text.substr(open + 1, close - open - 1));
  text.remove_prefix(close + 1);
  if (text.size() < 3 || text[0] != ' ' || text[2] != ' ') return malformed("stat", "state", 3);
  stat.state = text[1];
  text.remove_prefix(3);
  const auto stopped_at =
      read_numbers(text, stat, std::make_index_sequence<std::tuple_size_v<decltype(kNumbers)>>());
  if (stopped_at != 0 && stopped_at <= kLastRequired) return malformed("stat", {}, stopped_at);
  return stat;
}

}  // namespace pageloupe
