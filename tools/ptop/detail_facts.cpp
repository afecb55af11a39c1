// SPDX-License-Identifier: MIT
#include "ptop/detail_facts.h"

#include <algorithm>

#include "base/text.h"
#include "ptop/detail_table.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::size_t kLabelColumns = 18;
// Room for any size, and for the number of a namespace.
std::size_t value_columns(const DetailView& view) {
  return std::max<std::size_t>(size_columns(view.unit), 10);
}

// What a line of that width has left for a name, once it has the value.
std::size_t label_columns(const DetailView& view, std::size_t columns) {
  const auto value = value_columns(view) + 1;
  return std::min(kLabelColumns, columns > value ? columns - value : 0);
}

using Kind = FactLine::Kind;

void add_title(std::vector<FactLine>& lines, std::string_view title, Kind kind = Kind::title) {
  if (!lines.empty()) lines.push_back({});
  lines.push_back({.kind = kind, .label = title});
}

void add_facts(std::vector<FactLine>& lines, const DetailTable& facts, std::string_view names) {
  if (facts.rows.size() == 0) return;
  const auto row = facts.rows.row(0);
  while (!names.empty()) {
    const auto at = facts.find(take_until(names, ','));
    if (!at) continue;
    const auto& column = *facts.columns[*at];
    lines.push_back({.kind = Kind::fact,
                     .label = column.name,
                     .value = row[*at],
                     .look = column.look,
                     .note = column.help});
  }
}

void add_headroom(std::vector<FactLine>& lines, const Slot<std::vector<Headroom>>& rows) {
  add_title(lines, "Limits", Kind::limits_title);
  if (!rows) {
    lines.push_back({.kind = Kind::fact, .label = "limits", .value = rows.error()});
    return;
  }
  for (const auto& row : *rows) {
    lines.push_back({.kind = Kind::limit,
                     .label = row.name,
                     .value = row.used,
                     .limit = row.limit,
                     .headroom = row.headroom,
                     .note = row.remark,
                     .headroom_of = &row});
  }
}

void add_cgroup(std::vector<FactLine>& lines, const CgroupMemory& memory) {
  const auto add = [&lines](std::string_view label, const auto& slot, std::string_view note) {
    FactLine line{.kind = Kind::fact, .label = label, .note = note};
    if constexpr (requires { slot->has_value(); }) {
      if (slot && !slot->has_value()) {
        line.value = std::string_view("no limit");
      } else {
        line.value = slot ? Value(**slot) : Value(slot.error());
      }
    } else {
      line.value = to_value(slot);
    }
    lines.push_back(line);
  };
  add("memory", memory.current, "of the control group, with the page cache that is charged to it");
  add("memory limit", memory.max, "beyond it, the kernel kills");
  add("memory high", memory.high, "beyond it, allocations are slowed down");
  add("memory peak", memory.peak, "the most there was");
  add("swap", memory.swap, "of the control group");
  add("swap limit", memory.swap_max, "of the control group");
}

std::string human(Bytes size, const DetailView& view) {
  Buffer text;
  append_cell(text, Value(size), {.text = view.style, .size = view.unit});
  return std::string(text.view());
}

// "RLIMIT_STACK, 127T of addresses free below"
std::string limit_note(const FactLine& fact, const DetailView& view) {
  const auto& row = *fact.headroom_of;
  std::string note(row.set_by);
  const auto add = [&note](std::string_view part) {
    if (!part.empty()) note.append(note.empty() ? "" : ", ").append(part);
  };
  if (row.addresses != FreeAddresses::not_asked && row.free_addresses) {
    add(format_text("{} of addresses free {}", human(*row.free_addresses, view),
                    row.addresses == FreeAddresses::below ? "below" : "above"));
  }
  if (row.from) add(format_text("from {:012x}", row.from->value));
  add(row.remark);
  return note;
}

void show_limits_title(Line& line, const FactLine& fact, const DetailView& view) {
  line.add(Paint::heading, fact.label);
  line.fill(Paint::heading, kLabelColumns);
  for (const std::string_view heading : {"USED", "LIMIT", "LEFT"}) {
    line.add(Paint::heading, std::string(value_columns(view) - heading.size() + 1, ' '));
    line.add(Paint::heading, heading);
  }
}

void show_limit(Line& line, const FactLine& fact, const DetailView& view, std::size_t columns) {
  const auto value_width = value_columns(view);
  line.add_fitted(Paint::label, fact.label, label_columns(view, columns), view.style);
  const Value none = std::string_view("no limit");
  const bool unlimited = fact.headroom_of->unlimited;
  for (const auto* value : {&fact.value, unlimited ? &none : &fact.limit, &fact.headroom}) {
    // Half a number would be another one.
    if (line.columns() + 1 + value_width > columns) return;
    line.add(Paint::plain, " ");
    add_right(line, *value, value_width, {.unit = view.unit, .style = view.style});
  }
  line.add(Paint::dim, "  " + limit_note(fact, view));
}

// A text, a reason or a number with what it means.
void show_value(Line& line, const FactLine& fact, const DetailView& view, std::size_t columns) {
  line.add_fitted(Paint::label, fact.label, label_columns(view, columns), view.style);
  line.add(Paint::plain, " ");
  if (const auto* code = std::get_if<Errc>(&fact.value)) {
    line.add(*code == Errc::denied ? Paint::warning : Paint::dim, reason(*code));
  } else if (const auto* text = std::get_if<std::string_view>(&fact.value);
             text != nullptr && fact.look == Look::plain) {
    add_shifted(line, Paint::plain, *text, view.shift, view.style);
  } else {
    const auto room = columns > line.columns() ? columns - line.columns() : 0;
    add_right(line, fact.value, std::min(value_columns(view), room),
              {.unit = view.unit, .look = fact.look, .style = view.style});
    line.add(Paint::dim, "  ");
    line.add(Paint::dim, fact.note);
  }
}

}  // namespace

std::vector<FactLine> memory_lines(const FactsPart& part) {
  std::vector<FactLine> lines;
  for (const auto& section : kMemorySections) {
    add_title(lines, section.title);
    add_facts(lines, part.facts, section.columns);
  }
  add_headroom(lines, part.headroom);
  return lines;
}

std::vector<FactLine> group_lines(const FactsPart& part) {
  std::vector<FactLine> lines;
  for (const auto& section : kGroupSections) {
    add_title(lines, section.title);
    add_facts(lines, part.facts, section.columns);
    if (&section == kGroupSections.data()) add_cgroup(lines, part.cgroup);
  }
  return lines;
}

void show_fact(Line& line, const FactLine& fact, const DetailView& view, std::size_t columns) {
  switch (fact.kind) {
    case Kind::blank: break;
    case Kind::title: line.add(Paint::heading, fact.label); break;
    case Kind::limits_title: show_limits_title(line, fact, view); break;
    case Kind::limit: show_limit(line, fact, view, columns); break;
    case Kind::fact: show_value(line, fact, view, columns); break;
  }
  line.cut(columns);
}

}  // namespace pageloupe::ptop
