// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "pstat/request_parts.h"

namespace pageloupe::pstat {
namespace {

std::expected<std::vector<perf::Event>, std::string> parse_events(std::string_view list) {
  std::vector<perf::Event> events;
  std::vector<std::string_view> known;
  for (const auto& event : perf::kEventTable) {
    known.push_back(event.name);
    if (list == kAllEvents) events.push_back(event.event);
  }
  if (list == kAllEvents) return events;
  if (list.empty() || list.ends_with(',')) return std::unexpected("--count: an empty item in the events");
  while (!list.empty()) {
    const auto name = take_until(list, ',');
    const auto event = perf::find_event(name);
    if (!event) return std::unexpected("--count: " + no_such("event", name, known));
    events.push_back(*event);
  }
  std::ranges::sort(events);
  const auto [last, end] = std::ranges::unique(events);
  events.erase(last, end);
  return events;
}

// All of a group at once where everything is counted: what stands in two groups is then in both.
perf::Plan plan_of(std::span<const perf::Event> events) {
  perf::Plan plan;
  if (events.size() == perf::kEvents) {
    for (const auto& group : perf::kGroupTable) plan.add(group.group);
  }
  for (const auto event : events) plan.add(event);
  return plan;
}

}  // namespace

Checked choose_counters(Request& request, const Options& options) {
  if (!options.events) {
    if (options.count_to) return std::unexpected("--count-to goes with --count only");
    return {};
  }
  auto events = parse_events(*options.events);
  if (!events) return std::unexpected(events.error());
  CountRequest count{.events = std::move(*events),
                     .program = options.program,
                     .per_thread = request.threads == Threads::rows,
                     .file = options.count_to};
  count.plan = plan_of(count.events);
  request.count = std::move(count);
  return {};
}

Checked check_counters(const Request& request) {
  if (!request.count) return {};
  const auto& simple = request.selection.simple();
  const bool selected =
      has_rule(simple) || simple.running || simple.negated || !request.selection.lists().empty();
  const bool runs = !request.count->program.empty();
  const struct {
    bool given;
    std::string_view what;
  } refused[] = {
      {request.footprint || request.cow || request.system, "--footprint, --cow and --system"},
      {request.hierarchy != Hierarchy::none || request.group_by, "trees and groups"},
      {request.threads == Threads::below, "-m"},
      {request.columns_chosen || !request.sort.empty(), "columns and an order of your own"},
      {request.proc_root != "/proc", "--proc-root: only processes that run can be counted"},
      {runs && selected, "both a program and a selection of processes"},
      {runs && request.count->per_thread, "both a program and --per-thread"},
  };
  for (const auto& [given, what] : refused) {
    if (given) return std::unexpected("--count does not go with " + std::string(what));
  }
  if (!runs && !selected && !request.filter)
    return std::unexpected("--count needs processes (-p 1234) or a program (-- make)");
  return {};
}

}  // namespace pageloupe::pstat
