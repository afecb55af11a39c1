// SPDX-License-Identifier: MIT
#include "ptop/column_sets.h"

#include <algorithm>

#include "cli/column_spec.h"
#include "cli/report_options.h"

namespace pageloupe::ptop {
namespace {

constexpr auto kCheapFiles = Source::stat | Source::statm | Source::owner;

// What top's users expect to see, rather than those of ps.
struct OwnLook {
  std::string_view name{};
  std::string_view header{};  // of the column; empty: any
  Look look{};
};
constexpr auto kLooks = std::to_array<OwnLook>({
    {"time", "TIME+", Look::cpu_hundredths},
    {"cpu", "", Look::bare_percent},
    {"pmem", "", Look::bare_percent},
    {"priority", "", Look::priority_or_rt},
});

// What a name means here rather than in a list of all processes.
std::string_view meaning_of(std::string_view name, const ColumnChoice& choice) {
  if (name == kCommandColumn || name == "COMMAND") return choice.whole_command ? "args" : "comm";
  if (name == "pid" && choice.threads) return "tid";
  return name;
}

}  // namespace

std::optional<std::size_t> find_column_set(std::string_view name) {
  const auto found = std::ranges::find(kColumnSets, name, &ColumnSet::name);
  if (found == kColumnSets.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kColumnSets.begin());
}

std::expected<const Field<ProcessRow>*, std::string> resolve_sort(std::string_view name,
                                                                  const ColumnChoice& choice) {
  const auto field = find_field(process_fields(), meaning_of(name, choice));
  if (!field) return std::unexpected(unknown_column_message(field.error()));
  return *field;
}

std::expected<std::vector<ShownColumn>, std::string> resolve_columns(const std::string& list,
                                                                     const ColumnChoice& choice) {
  const auto specs = parse_column_specs(list);
  if (!specs) return std::unexpected(specs.error());
  std::vector<ShownColumn> columns;
  for (const auto& spec : *specs) {
    const auto meaning = meaning_of(spec.name, choice);
    const auto field = find_field(process_fields(), meaning);
    if (!field) return std::unexpected(unknown_column_message(field.error()));
    ShownColumn shown{.field = *field, .column = (*field)->column};
    auto& column = shown.column;
    shown.is_command = spec.name == kCommandColumn || column.name == "args" || column.name == "comm";
    const auto heading = heading_for(column, meaning).value_or(column.header);
    column.header = meaning == spec.name ? heading : column.header;
    if (shown.is_command) column.header = "COMMAND";
    if (spec.name == "pid") column.header = "PID";
    if (column.look == Look::pid) column.width = choice.pid_digits;
    for (const auto& own : kLooks) {
      if (column.name == own.name &&
          (own.header.empty() || spec.header.value_or(std::string(column.header)) == own.header))
        column.look = own.look;
    }
    if (spec.width) column.width = *spec.width;
    shown.header = spec.header.value_or(std::string(column.header));
    columns.push_back(std::move(shown));
  }
  return columns;
}

SourceSet costly_files(const Column& column) { return column.origin.files - kCheapFiles; }

}  // namespace pageloupe::ptop
