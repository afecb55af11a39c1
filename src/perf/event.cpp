// SPDX-License-Identifier: MIT
#include "perf/event.h"

#include <algorithm>

#include "base/text.h"

namespace pageloupe::perf {
namespace {

// Columns are called dtlb_loads, events dTLB-loads.
constexpr char plain(char c) {
  if (c == '_') return '-';
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, plain, plain); }

bool answers_to(const EventInfo& event, std::string_view name) {
  if (same(event.name, name)) return true;
  auto rest = event.aliases;
  while (!rest.empty()) {
    if (same(take_word(rest), name)) return true;
  }
  return false;
}

}  // namespace

std::optional<Event> find_event(std::string_view name) {
  const auto* const found =
      std::ranges::find_if(kEventTable, [name](const EventInfo& event) { return answers_to(event, name); });
  return found == kEventTable.end() ? std::nullopt : std::optional(found->event);
}

}  // namespace pageloupe::perf
