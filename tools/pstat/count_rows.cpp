// SPDX-License-Identifier: MIT
#include "pstat/count_rows.h"

#include "pstat/count_report.h"
#include "render/format.h"

namespace pageloupe::pstat {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "pid",
     .header = "PID",
     .help = "the thread's process; null where all are counted together",
     .type = Type::integer,
     .width = 7},
    {.name = "tid",
     .header = "TID",
     .help = "the thread; null where all are counted together",
     .type = Type::integer,
     .width = 7},
    {.name = "comm", .header = "COMMAND", .help = "name of the thread", .type = Type::text, .width = 15},
    {.name = "event", .header = "EVENT", .help = "what was counted, as perf calls it", .type = Type::text},
    {.name = "pmu", .header = "PMU", .help = "the kind of core; null for all together", .type = Type::text},
    {.name = "count",
     .header = "COUNT",
     .help = "how often, scaled to all of the time",
     .type = Type::count,
     .width = 14},
    {.name = "unit", .header = "UNIT", .help = "ns; null for a number of events", .type = Type::text},
    {.name = "count_rate", .header = "PER SECOND", .help = "the same, of elapsed time", .type = Type::rate},
    {.name = "per_1000_instructions",
     .header = "PER 1K INSTR",
     .help = "the same in 1,000 instructions",
     .type = Type::number,
     .look = Look::hundredths},
    {.name = "running",
     .header = "RUNNING",
     .help = "share of the time that the counter was on the PMU; the count is scaled by it",
     .type = Type::percent},
    {.name = "coverage",
     .header = "COVERAGE",
     .help = "share of the CPU time of the counted that the counter saw; below 95 % the count is partial",
     .type = Type::percent},
    {.name = "scope", .header = "SCOPE", .help = "all, or user space only", .type = Type::text},
    {.name = "reason", .header = "REASON", .help = "why there is no count", .type = Type::text},
    {.name = "note", .header = "NOTE", .help = "what to know of the count, for people", .type = Type::text},
});
constexpr auto kPointers = pointers_to(kColumns);

std::optional<perf::Group> planned_group(const perf::Plan& plan, perf::Event event) {
  for (const auto& group : perf::kGroupTable) {
    const auto place = perf::place_of(group.group, event);
    if (place && plan.has(group.group, *place)) return group.group;
  }
  return std::nullopt;
}

std::string note_of(const CountRow& row) {
  std::string note;
  const auto add = [&note](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  if (!row.count) add(std::string(reason(row.count.error())));
  if (row.count && row.user_only) add("user space only");
  if (row.count && row.coverage && row.coverage->value < perf::kPartial)
    add(format_text("partial: {:.1f}% of the CPU time", row.coverage->value));
  return note;
}

CountRow make_row(const CountUnit& unit, const perf::Interval& interval, perf::Group group,
                  perf::Event event) {
  CountRow row{.unit = &unit, .event = event};
  row.count = perf::counted(interval, group, event);
  const bool with_instructions = perf::place_of(group, perf::Event::instructions).has_value();
  if (with_instructions && event != perf::Event::instructions)
    row.per_thousand = perf::per_thousand_instructions(interval, group, event);
  if (row.count) row.running = perf::running_share(interval, group);
  if (row.count && unit.now.cpu) row.coverage = perf::coverage(interval, group);
  row.user_only = unit.now.user_only && perf::info(event).origin != perf::Origin::tracepoint;
  return row;
}

template <class T>
Value value_or_reason(const perf::Cell<T>& cell) {
  return cell ? Value(*cell) : Value(cell.error());
}
Value text_or_none(std::string_view text) { return text.empty() ? Value(Errc::not_applicable) : Value(text); }
Value id_or_none(Pid pid) {
  return pid.value == 0 ? Value(Errc::not_applicable) : Value(std::int64_t{pid.value});
}

}  // namespace

Columns count_columns() { return kPointers; }

void add_rows(const CountUnit& unit, const CountRequest& request, const perf::Machine& machine,
              std::vector<CountRow>& rows) {
  for (const auto event : request.events) {
    const auto group = planned_group(request.plan, event);
    if (!group) continue;
    const auto kinds = perf::pmus_of(event, machine);
    for (std::size_t pmu = 0; kinds > 1 && pmu < kinds; ++pmu) {
      auto row = make_row(unit, {unit.parts_now[pmu], unit.parts_before[pmu]}, *group, event);
      row.pmu = machine.core_pmus[pmu].name;
      row.coverage = std::unexpected(Errc::not_applicable);
      row.note = note_of(row);
      rows.push_back(std::move(row));
    }
    auto row = make_row(unit, {unit.now, unit.before}, *group, event);
    row.note = note_of(row);
    rows.push_back(std::move(row));
  }
}

std::vector<Value> values_of(const CountRow& row, double seconds) {
  const auto& event = perf::info(row.event);
  const auto rate = row.count && seconds > 0 ? Value(Rate{static_cast<double>(*row.count) / seconds})
                                             : Value(row.count ? Errc::not_applicable : row.count.error());
  const bool counts = row.count.has_value();
  return {id_or_none(row.unit->pid),
          id_or_none(row.unit->tid),
          text_or_none(row.unit->comm),
          event.name,
          text_or_none(row.pmu),
          value_or_reason(row.count),
          text_or_none(event.unit),
          rate,
          value_or_reason(row.per_thousand),
          value_or_reason(row.running),
          value_or_reason(row.coverage),
          counts ? Value(std::string_view(row.user_only ? "user" : "all")) : Value(Errc::not_applicable),
          counts ? Value(Errc::not_applicable) : Value(name(row.count.error())),
          text_or_none(row.note)};
}

std::vector<std::size_t> table_columns(bool per_thread, bool hybrid) {
  constexpr auto kPlain = std::to_array<std::string_view>(
      {"event", "count", "unit", "count_rate", "per_1000_instructions", "running", "note"});
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const auto name = kColumns[i].name;
    const bool of_thread = name == "pid" || name == "tid" || name == "comm";
    const bool plain = std::ranges::find(kPlain, name) != kPlain.end();
    if (plain || (of_thread && per_thread) || (name == "pmu" && hybrid)) shown.push_back(i);
  }
  return shown;
}

}  // namespace pageloupe::pstat
