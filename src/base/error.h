// SPDX-License-Identifier: MIT
// One vocabulary of "no value, and why". A cell, a file, a process without a value carries one of these;
// it is never shown as 0.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>

namespace pageloupe {

enum class Errc : std::uint8_t {
  not_applicable,  // the question has no answer here: the path of anonymous memory
  not_sampled,     // the file was not part of the plan
  not_recorded,    // the recording does not hold it
  no_previous,     // a rate needs a second sample
  gone,            // the process has exited
  no_memory,       // kernel thread or zombie: no address space
  denied,          // EACCES, EPERM
  unsupported,     // this kernel, or this machine, does not say
  blocked,         // the process's memory does not answer
  no_pmu,          // this machine has no performance counters, as most virtual ones
  event_missing,   // this CPU or this kernel does not count the event
  not_scheduled,   // the counter was never on the PMU: others had it
  did_not_run,     // nothing ran that could have been counted
  counter_stuck,   // the PMU took the event and does not count it
  no_descriptors,  // more counters than file descriptors, or than the budget of them
  malformed,       // the text has another shape than proc(5) says
  io,              // any other failure of a read
};

[[nodiscard]] constexpr std::string_view reason(Errc code) {
  switch (code) {
    case Errc::not_applicable: return "not applicable";
    case Errc::not_sampled: return "not sampled";
    case Errc::not_recorded: return "not recorded";
    case Errc::no_previous: return "needs a second sample";
    case Errc::gone: return "process exited";
    case Errc::no_memory: return "has no address space";
    case Errc::denied: return "permission denied";
    case Errc::unsupported: return "not in this kernel";
    case Errc::blocked: return "does not answer";
    case Errc::no_pmu: return "no performance counters in this machine";
    case Errc::event_missing: return "not counted by this CPU or kernel";
    case Errc::not_scheduled: return "the counter got no turn";
    case Errc::did_not_run: return "did not run";
    case Errc::counter_stuck: return "the counter stands still";
    case Errc::no_descriptors: return "too few file descriptors";
    case Errc::malformed: return "unexpected format";
    case Errc::io: return "read failed";
  }
  std::unreachable();
}

// The code's own name, for JSON: "denied".
[[nodiscard]] constexpr std::string_view name(Errc code) {
  switch (code) {
    case Errc::not_applicable: return "not_applicable";
    case Errc::not_sampled: return "not_sampled";
    case Errc::not_recorded: return "not_recorded";
    case Errc::no_previous: return "no_previous";
    case Errc::gone: return "gone";
    case Errc::no_memory: return "no_memory";
    case Errc::denied: return "denied";
    case Errc::unsupported: return "unsupported";
    case Errc::blocked: return "blocked";
    case Errc::no_pmu: return "no_pmu";
    case Errc::event_missing: return "event_missing";
    case Errc::not_scheduled: return "not_scheduled";
    case Errc::did_not_run: return "did_not_run";
    case Errc::counter_stuck: return "counter_stuck";
    case Errc::no_descriptors: return "no_descriptors";
    case Errc::malformed: return "malformed";
    case Errc::io: return "io";
  }
  std::unreachable();
}

// The code of such a name; nothing for any other text.
[[nodiscard]] constexpr std::optional<Errc> find_errc(std::string_view text) {
  for (auto i = std::to_underlying(Errc::not_applicable); i <= std::to_underlying(Errc::io); ++i) {
    if (name(static_cast<Errc>(i)) == text) return static_cast<Errc>(i);
  }
  return std::nullopt;
}
static_assert(find_errc("io") == Errc::io);

// Where a parser stumbled or a read failed. The views name string literals.
struct Error {
  Errc code = Errc::io;
  int os_error = 0;             // errno, 0 where none
  std::uint32_t line = 0;       // counted from 1 in a malformed text, 0 where unknown
  std::string_view file = {};   // "smaps"
  std::string_view field = {};  // "Rss"
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] constexpr std::unexpected<Error> fail(Errc code) {
  return std::unexpected(Error{.code = code});
}

[[nodiscard]] constexpr std::unexpected<Error> malformed(std::string_view file, std::string_view field = {},
                                                         std::uint32_t line = 0) {
  return std::unexpected(Error{.code = Errc::malformed, .line = line, .file = file, .field = field});
}

}  // namespace pageloupe
