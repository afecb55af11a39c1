// SPDX-License-Identifier: MIT
#include "ppmap/diff_report.h"

#include <algorithm>

#include "cli/message.h"
#include "ppmap/change_rows.h"
#include "ppmap/map_side.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kSectionColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "process ID of the later map", .type = Type::integer},
    {.name = "pid_before", .header = "PID", .help = "that of the earlier one", .type = Type::integer},
    {.name = "comm", .header = "COMM", .help = "name of the program of the later map", .type = Type::text},
    {.name = "comm_before", .header = "COMM", .help = "that of the earlier one", .type = Type::text},
    {.name = "command", .header = "COMMAND", .help = "the arguments, of the later map", .type = Type::text},
    {.name = "time", .header = "TIME", .help = "when the later map was read", .type = Type::timestamp},
    {.name = "time_before", .header = "TIME", .help = "when the earlier one was", .type = Type::timestamp},
    {.name = "matched_by",
     .header = "MATCHED BY",
     .help = "address, of one process; or name, of two processes or two runs of a program",
     .type = Type::text},
    {.name = "different", .header = "DIFFERENT", .help = "whether any mapping changed", .type = Type::flag},
    {.name = "unchanged", .header = "SAME", .help = "mappings that did not change", .type = Type::count},
});

bool is_one_process(const MapSide& before, const MapSide& after) {
  return before.pid == after.pid && before.since_boot && before.since_boot == after.since_boot &&
         before.boot_id == after.boot_id;
}

// After exec nothing is where it was but the kernel's own page.
bool nothing_stayed(const MapDiff& diff, const MapSide& after) {
  const auto kernels = std::ranges::count_if(
      after.map.entries(), [](const auto& entry) { return entry.kind == VmaKind::vsyscall; });
  const bool moved = std::ranges::all_of(diff.changes, [](const MapChange& change) {
    return change.count_before == 0 || change.count_after == 0;
  });
  return moved && diff.unchanged <= static_cast<std::uint64_t>(kernels) && after.map.size() > 1;
}

struct Comparison {
  MapDiff diff{};
  MatchBy by = MatchBy::address;
  std::string_view remark{};
};

Comparison compare(const MapSide& before, const MapSide& after) {
  if (!is_one_process(before, after))
    return {compare_maps(before.map, after.map, MatchBy::name), MatchBy::name,
            "two processes, compared by kind and name"};
  Comparison comparison{compare_maps(before.map, after.map, MatchBy::address)};
  if (!nothing_stayed(comparison.diff, after)) return comparison;
  return {compare_maps(before.map, after.map, MatchBy::name), MatchBy::name,
          "the process has another map altogether (exec), compared by kind and name"};
}

std::vector<Value> section_values(const MapSide& before, const MapSide& after, const Comparison& found) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? Value(*at) : Value(Errc::not_recorded);
  };
  std::vector<Value> values{std::int64_t{after.pid.value},
                            std::int64_t{before.pid.value},
                            std::string_view(after.comm),
                            std::string_view(before.comm),
                            std::string_view(after.command),
                            time(after.time),
                            time(before.time),
                            std::string_view(found.by == MatchBy::address ? "address" : "name"),
                            !found.diff.changes.empty(),
                            found.diff.unchanged};
  append_map_totals(before.map, after.map, values);
  return values;
}

std::string title_of(const MapSide& before, const MapSide& after) {
  auto title = std::to_string(after.pid.value) + ":   " + after.command;
  if (before.pid != after.pid) title += "   (before: " + std::to_string(before.pid.value) + ")";
  if (before.time && after.time && after.time->value >= before.time->value)
    title += format_text("   {:.1f} s later", to_seconds({after.time->value - before.time->value}));
  return title;
}

// Whether there is a difference, among what the filter lets through.
bool write(const Request& request, const DiffSurroundings& around, const MapSide& before,
           const MapSide& after) {
  const auto found = compare(before, after);
  const ComparedMaps maps{before.map, after.map, found.diff};
  ChangeRows rows(request);
  const bool different = rows.choose(maps) != 0;
  const auto writer =
      make_writer(request.format, around.output, request.by ? kKindDiffShape : kDiffShape, request.writer);
  writer->begin(around.document);
  const auto columns = diff_section_columns();
  const auto facts = section_values(before, after, found);
  const auto heading = title_of(before, after);
  const bool has_table = different || request.format != Format::table;
  begin_table(*writer, around.output, request, {{columns, facts}, heading},
              has_table ? rows.columns() : Columns{});
  rows.write(*writer);
  auto summary = change_summary(maps, request.writer.cell.size == SizeUnit::bytes);
  if (!found.remark.empty()) summary += std::string(found.remark) + "\n";
  writer->end_section(has_table ? &rows.totals() : nullptr, summary);
  writer->end({});
  return different;
}

}  // namespace

std::vector<const Column*> diff_section_columns() {
  std::vector<const Column*> columns;
  for (const auto& column : kSectionColumns) columns.push_back(&column);
  for (const auto* column : map_total_columns()) columns.push_back(column);
  return columns;
}

std::vector<const Column*> kind_diff_columns() {
  std::vector<const Column*> columns;
  const auto head = *select_fields(map_diff_fields(), kKindHead);
  for (const auto* field : head) columns.push_back(&field->column);
  for (const auto* field : map_measure_fields()) columns.push_back(&field->column);
  return columns;
}

int run_diff(const Request& request, std::span<const std::string> operands, const DiffSurroundings& around) {
  const auto measures = ChangeRows(request).measures();
  const auto* boot_id = std::get_if<std::string_view>(&around.document.values[2]);
  const std::string boot(boot_id != nullptr ? *boot_id : std::string_view{});
  const auto wanted = [&](const std::string& other) -> std::optional<Pid> {
    if (!is_process(other)) return std::nullopt;
    const auto pid = parse_operand(other, around.procfs.root());
    return pid ? std::optional(*pid) : std::nullopt;
  };
  std::vector<MapSide> sides;
  for (std::size_t i = 0; i < 2; ++i) {
    auto side =
        read_side({operands[i], measures, wanted(operands[1 - i]), request.show_path}, around.procfs, boot);
    if (!side) {
      complain("ppmap", side.error().message);
      return side.error().exit_code;
    }
    sides.push_back(std::move(*side));
  }
  const bool different = write(request, around, sides[0], sides[1]);
  return request.exit_code && different ? kExitDifferent : kExitOk;
}

}  // namespace pageloupe::ppmap
