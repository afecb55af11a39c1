// SPDX-License-Identifier: MIT
#include "sample/signals.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>

#include "base/text.h"

namespace pageloupe {
namespace {

struct SignalInfo {
  int number;
  std::string_view name;
  std::string_view help;
};

constexpr auto kSignals = std::to_array<SignalInfo>({
    {SIGHUP, "HUP", "the terminal hung up; daemons read their configuration again"},
    {SIGINT, "INT", "interrupt, as Ctrl-C"},
    {SIGQUIT, "QUIT", "quit and dump core, as Ctrl-\\"},
    {SIGILL, "ILL", "illegal instruction"},
    {SIGTRAP, "TRAP", "breakpoint"},
    {SIGABRT, "ABRT", "abort and dump core"},
    {SIGBUS, "BUS", "access to memory that has nothing behind it"},
    {SIGFPE, "FPE", "arithmetic error"},
    {SIGKILL, "KILL", "end at once; cannot be caught"},
    {SIGUSR1, "USR1", "the program's own"},
    {SIGSEGV, "SEGV", "access to memory that is not mapped so"},
    {SIGUSR2, "USR2", "the program's own"},
    {SIGPIPE, "PIPE", "wrote to a pipe that nobody reads"},
    {SIGALRM, "ALRM", "the timer of alarm(2)"},
    {SIGTERM, "TERM", "end, politely"},
#ifdef SIGSTKFLT
    {SIGSTKFLT, "STKFLT", "not used"},
#endif
    {SIGCHLD, "CHLD", "a child ended or stopped"},
    {SIGCONT, "CONT", "go on after a stop"},
    {SIGSTOP, "STOP", "stop; cannot be caught"},
    {SIGTSTP, "TSTP", "stop, as Ctrl-Z"},
    {SIGTTIN, "TTIN", "read from the terminal in the background"},
    {SIGTTOU, "TTOU", "wrote to the terminal in the background"},
    {SIGURG, "URG", "urgent data on a socket"},
    {SIGXCPU, "XCPU", "the limit of CPU time is exceeded"},
    {SIGXFSZ, "XFSZ", "the limit of file size is exceeded"},
    {SIGVTALRM, "VTALRM", "the timer of user time"},
    {SIGPROF, "PROF", "the timer of profilers"},
    {SIGWINCH, "WINCH", "the terminal has another size"},
    {SIGIO, "IO", "input or output is possible"},
    {SIGPWR, "PWR", "power fails"},
    {SIGSYS, "SYS", "a system call that is forbidden"},
});

// Other names of the same signals.
constexpr auto kAliases = std::to_array<SignalInfo>({
    {SIGABRT, "IOT", ""},
    {SIGIO, "POLL", ""},
    {SIGCHLD, "CLD", ""},
});

consteval bool names_are_unique() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    for (std::size_t j = i + 1; j < kSignals.size(); ++j) {
      if (kSignals[i].number == kSignals[j].number || kSignals[i].name == kSignals[j].name) return false;
    }
  }
  return true;
}
static_assert(names_are_unique());

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

const SignalInfo* find_signal(int number) {
  const auto found = std::ranges::find(kSignals, number, &SignalInfo::number);
  return found == kSignals.end() ? nullptr : &*found;
}

std::optional<int> in_range(std::optional<int> number) {
  return number && *number > 0 && *number <= SIGRTMAX ? number : std::nullopt;
}

// "RTMIN", "RTMIN+3", "RTMAX-1". The C library keeps the first ones for itself: SIGRTMIN is known at run
// time.
std::optional<int> parse_real_time(std::string_view name) {
  const bool from_least = name.starts_with("RTMIN");
  if (!from_least && !name.starts_with("RTMAX")) return std::nullopt;
  const int base = from_least ? SIGRTMIN : SIGRTMAX;
  name.remove_prefix(5);
  if (name.empty()) return base;
  if (name.front() != (from_least ? '+' : '-')) return std::nullopt;
  const auto distance = to_number<std::uint8_t>(name.substr(1));
  if (!distance || *distance > SIGRTMAX - SIGRTMIN) return std::nullopt;
  return from_least ? base + *distance : base - *distance;
}

}  // namespace

std::vector<int> signal_numbers() {
  std::vector<int> numbers;
  for (const auto& signal : kSignals) numbers.push_back(signal.number);
  for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) numbers.push_back(number);
  std::ranges::sort(numbers);
  return numbers;
}

std::string signal_name(int number) {
  if (const auto* signal = find_signal(number)) return std::string(signal->name);
  if (number < SIGRTMIN || number > SIGRTMAX) return std::to_string(number);
  const int half = SIGRTMIN + (SIGRTMAX - SIGRTMIN) / 2;
  const bool low = number <= half;
  const int distance = low ? number - SIGRTMIN : SIGRTMAX - number;
  std::string name = low ? "RTMIN" : "RTMAX";
  if (distance != 0) name.append(low ? "+" : "-").append(std::to_string(distance));
  return name;
}

std::string_view signal_help(int number) {
  const auto* signal = find_signal(number);
  return signal != nullptr ? signal->help : std::string_view{};
}

std::optional<int> parse_signal(std::string_view text) {
  text = trim(text);
  if (const auto number = to_number<int>(text)) return in_range(number);
  std::string name(text.size(), '\0');
  std::ranges::transform(text, name.begin(), upper);
  std::string_view shown = name;
  if (shown.starts_with("SIG")) shown.remove_prefix(3);
  const auto named = [&](const auto& table) -> std::optional<int> {
    const auto found = std::ranges::find(table, shown, &SignalInfo::name);
    return found == table.end() ? std::nullopt : std::optional(found->number);
  };
  if (const auto number = named(kSignals)) return number;
  if (const auto number = named(kAliases)) return number;
  return parse_real_time(shown);
}

}  // namespace pageloupe
