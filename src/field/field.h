// SPDX-License-Identifier: MIT
// A column is defined once: the option lists, sort, filter, plan, table, JSON, CSV, schema, --columns, man
// page and completions all read its row in a table of fields.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "field/value.h"
#include "sample/source.h"

namespace pageloupe {

// May a group, a tree or a total add it up?
enum class Fold : std::uint8_t {
  none,
  sum,
  overlap,  // a sum counts what is shared in every sharer: groups show it, marked as such; totals do not
};

inline constexpr auto kSum = Fold::sum;

struct Origin {
  SourceSet files{};          // the plan
  std::string_view key = {};  // what to look for there, in the kernel's spelling; for people
};

// How a table shows a time or a share; other forms of output give the number itself.
enum class Look : std::uint8_t {
  plain,
  cpu_time,        // [DD-]hh:mm:ss
  bsd_time,        // minutes:ss
  bare_percent,    // 12.3, without the sign
  priority_or_rt,  // rt for the highest of real-time priorities, as top has it
  cpu_hundredths,  // minutes:ss.hh
  elapsed,         // [[DD-]hh:]mm:ss
  start_short,     // 14:03 today, Nov23 this year, 2025 before
  start_clock,     // 14:03:59 today, Nov 23 before
  start_long,      // Mon Nov 23 14:03:59 2026
  ps_percent,      // 12.3, cut off rather than rounded
  ps_thousandths,  // 12.345
  hundredths,      // 1.23: numbers that are near 1
  name,            // a text that is cut with a + where it is too long
  pid,             // as wide as the machine's longest process ID
  whole_bytes,     // a size in bytes where others are in KiB
  per_second,      // a size that changes so much in a second
  trend,           // digits 0 to 8, a level each, as blocks of that height where the terminal has them
  sixteen_digits,  // an address or a set of bits, not of twelve digits but of sixteen
  vm_flags,        // a text of two letters for each flag of a mapping: a word for each
};

// Where threads stand below their process: whose the value is.
enum class Whose : std::uint8_t { both, process, thread };

struct Column {
  std::string_view name{};     // for -o and the JSON key: never changes
  std::string_view header{};   // for people: may change
  std::string_view aliases{};  // other names that people know it by: NAME[:HEADER], blanks between
  Origin origin{};
  Fold fold = Fold::none;
  bool counts_up =
      false;  // counted from the process's beginning on: of two samples the difference is what happened
  std::string_view help{};
  Type type = Type::none;
  int width = 0;  // least width in a table
  Look look = Look::plain;
  bool needs_before = false;  // is made of two samples
  Whose whose = Whose::both;
  std::span<const std::string_view> choices{};  // all values there can be, where a text is one of a few
};

template <std::size_t N>
[[nodiscard]] constexpr std::array<const Column*, N> pointers_to(const std::array<Column, N>& columns) {
  std::array<const Column*, N> pointers{};
  for (std::size_t i = 0; i < N; ++i) pointers[i] = &columns[i];
  return pointers;
}

template <class Row>
struct Field {
  Column column{};
  void (*get)(const Row&, std::size_t, Value&) = nullptr;
  std::size_t argument = 0;

  void set(Value& to, const Row& row) const { get(row, argument, to); }
  [[nodiscard]] Value operator()(const Row& row) const {
    Value value;
    set(value, row);
    return value;
  }
};

// A row of a table of fields: the getter's return type is the column's type.
template <auto Getter, class Row>
consteval Field<Row> field_of(Column column) {
  using Returned = decltype(Getter(std::declval<const Row&>()));
  column.type = type_of<Returned>();
  return {column, [](const Row& row, std::size_t, Value& to) { set_value(to, Getter(row)); }};
}

// The same where one getter serves many columns, told apart by an argument.
template <auto Getter, class Row>
consteval Field<Row> field_of(Column column, std::size_t argument) {
  using Returned = decltype(Getter(std::declval<const Row&>(), std::size_t{}));
  column.type = type_of<Returned>();
  return {column, [](const Row& row, std::size_t which, Value& to) { set_value(to, Getter(row, which)); },
          argument};
}

// The heading of a column that was asked for by one of its names; nothing when it does not answer to the
// name.
[[nodiscard]] constexpr std::optional<std::string_view> heading_for(const Column& column,
                                                                    std::string_view name) {
  if (column.name == name) return column.header;
  auto rest = column.aliases;
  while (!rest.empty() && !name.empty()) {
    auto heading = take_word(rest);
    if (take_until(heading, ':') == name) return heading.empty() ? column.header : heading;
  }
  return std::nullopt;
}

// True when `name` is the column's name or one of its aliases.
[[nodiscard]] constexpr bool answers_to(const Column& column, std::string_view name) {
  return heading_for(column, name).has_value();
}

// The aliases alone, blanks between.
[[nodiscard]] std::string alias_names(const Column& column);

// No two columns answer to one name, and each says what it is.
template <class Row, std::size_t N>
consteval bool names_are_unique(const std::array<Field<Row>, N>& fields) {
  std::vector<std::string_view> names;
  for (const auto& field : fields) {
    const auto& column = field.column;
    if (column.name.empty() || column.help.empty() || column.header.empty() || column.type == Type::none)
      return false;
    names.push_back(column.name);
    auto rest = column.aliases;
    while (!rest.empty()) {
      auto alias = take_word(rest);
      names.push_back(take_until(alias, ':'));
    }
  }
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

template <class Row>
using FieldSpan = std::span<const Field<Row>>;

template <class Row>
using Selection = std::vector<const Field<Row>*>;

// A name that no column answers to, and the nearest that one does ("" when none is near).
struct UnknownColumn {
  std::string name;
  std::string nearest;
};

// The candidate that needs the fewest edits to become `name`; "" when all need more than a third of it.
[[nodiscard]] std::string nearest_name(std::string_view name, std::span<const std::string_view> candidates);

template <class Row>
[[nodiscard]] std::vector<const Column*> columns_of(FieldSpan<Row> table) {
  std::vector<const Column*> columns;
  columns.reserve(table.size());
  for (const auto& field : table) columns.push_back(&field.column);
  return columns;
}

// All names that the columns answer to.
[[nodiscard]] std::vector<std::string_view> names_of(std::span<const Column* const> columns);

template <class Row>
[[nodiscard]] std::expected<const Field<Row>*, UnknownColumn> find_field(FieldSpan<Row> table,
                                                                         std::string_view name) {
  const auto found =
      std::ranges::find_if(table, [&](const auto& field) { return answers_to(field.column, name); });
  if (found != table.end()) return &*found;
  return std::unexpected(UnknownColumn{std::string(name), nearest_name(name, names_of(columns_of(table)))});
}

// "pid,rss,pss": the fields of that list in its order. Empty items are unknown columns too.
template <class Row>
[[nodiscard]] std::expected<Selection<Row>, UnknownColumn> select_fields(FieldSpan<Row> table,
                                                                         std::string_view list) {
  Selection<Row> selection;
  while (true) {
    const bool last = !list.contains(',');
    const auto field = find_field(table, trim(take_until(list, ',')));
    if (!field) return std::unexpected(field.error());
    selection.push_back(*field);
    if (last) return selection;
  }
}

// The union of the files that the fields need.
template <class Row>
[[nodiscard]] SourceSet plan_for(std::span<const Field<Row>* const> selection) {
  SourceSet plan;
  for (const auto* field : selection) plan |= field->column.origin.files;
  return plan;
}

}  // namespace pageloupe
