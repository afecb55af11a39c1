// SPDX-License-Identifier: MIT
#include "ptop/counter_note.h"

#include <algorithm>
#include <array>

namespace pageloupe::ptop {
namespace {

struct ShortReason {
  Errc code{};
  std::string_view text{};
};
constexpr auto kShortReasons = std::to_array<ShortReason>({
    {Errc::no_pmu, "no PMU"},
    {Errc::event_missing, "no event"},
    {Errc::not_scheduled, "no turn"},
    {Errc::counter_stuck, "stuck"},
    {Errc::no_descriptors, "no fds"},
});

// What counters that were asked for have not; nothing where all of them count.
std::optional<Errc> first_reason(const Process& process) {
  if (!process.counters) return process.counters.error();
  for (const auto& group : process.counters->groups) {
    for (const auto& value : group.values) {
      if (!value && value.error() != Errc::not_sampled) return value.error();
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view counter_reason(Errc code) {
  const auto known = std::ranges::find(kShortReasons, code, &ShortReason::code);
  return known == kShortReasons.end() ? std::string_view{} : known->text;
}

std::string counter_note(const Process& process, const perf::Machine& machine) {
  const auto why = first_reason(process);
  if (why == Errc::denied) return "counters denied: " + perf::denied_help(machine);
  if (why && !counter_reason(*why).empty()) return "counters: " + std::string(reason(*why));
  if (process.counters && process.counters->user_only)
    return "counters of user space only: " + perf::denied_help(machine) + " to see the kernel's";
  return {};
}

}  // namespace pageloupe::ptop
