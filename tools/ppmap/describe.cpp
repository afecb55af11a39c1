// SPDX-License-Identifier: MIT
#include "ppmap/describe.h"

#include "cli/describe_options.h"
#include "cli/message.h"
#include "cli/run_info.h"
#include "field/map_change_fields.h"
#include "field/vma_fields.h"
#include "field/vma_groups.h"
#include "ppmap/diff_report.h"
#include "ppmap/explain_report.h"
#include "ppmap/faults_report.h"
#include "ppmap/limits_report.h"
#include "ppmap/map_report.h"
#include "ppmap/matrix_report.h"
#include "ppmap/sharers_report.h"
#include "ppmap/watch_report.h"
#include "render/describe.h"

namespace pageloupe::ppmap {

int describe(const std::string& what, const CommandLine& line, Output& output) {
  const auto columns = columns_of(vma_fields());
  auto& buffer = output.buffer();
  if (what == "schema") {
    describe_schema(kMapShape, {"Memory maps of processes", run_info_columns(), head_columns(), columns},
                    buffer);
  } else if (what == "schema-groups") {
    const VmaGroups groups("kind", kGroupSums);
    std::vector<const Column*> group_columns(groups.columns().begin(), groups.columns().end());
    for (const std::string_view key : {"path", "perms"})
      group_columns.push_back(&(**find_field(vma_fields(), key)).column);
    describe_schema(kGroupShape,
                    {"Memory maps, summed up", run_info_columns(), head_columns(), group_columns}, buffer);
  } else if (what == "schema-limits") {
    describe_schema(kLimitsShape,
                    {"Limits and headroom", run_info_columns(), head_columns(), limits_columns()}, buffer);
  } else if (what == "schema-faults") {
    describe_schema(
        kFaultsShape,
        {"Page faults by mapping", run_info_columns(), faults_section_columns(), faults_columns()}, buffer);
  } else if (what == "schema-sharers") {
    describe_schema(kSharersShape,
                    {"Who shares memory", run_info_columns(), sharers_section_columns(), sharers_columns()},
                    buffer);
  } else if (what == "schema-sharers-matrix") {
    describe_schema(kMatrixShape, {"Memory in common, by pairs", run_info_columns(), {}, matrix_columns()},
                    buffer);
  } else if (what == "schema-diff") {
    describe_schema(kDiffShape,
                    {"What changed between two maps", run_info_columns(), diff_section_columns(),
                     columns_of(map_diff_fields())},
                    buffer);
  } else if (what == "schema-diff-kinds") {
    describe_schema(kKindDiffShape,
                    {"What changed between two maps, by kind", run_info_columns(), diff_section_columns(),
                     kind_diff_columns()},
                    buffer);
  } else if (what == "schema-watch") {
    describe_schema(kWatchShape,
                    {"What changes in a map", run_info_columns(), watch_section_columns(),
                     columns_of(map_watch_fields())},
                    buffer);
  } else if (what == "schema-explain") {
    describe_schema(kExplainShape,
                    {.title = "What stands out in the memory of processes",
                     .document = run_info_columns(),
                     .section = head_columns(),
                     .row = explain_columns(),
                     .row_more = kFiguresSchema},
                    buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns, buffer);
  } else if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else if (what == "completion") {
    describe_completion(line.options(), columns, buffer);
  } else {
    complain("ppmap",
             "--describe takes schema, schema-groups, schema-limits, schema-faults, schema-sharers, "
             "schema-sharers-matrix, schema-diff, schema-diff-kinds, schema-watch, schema-explain, columns, "
             "options or "
             "completion, not '" +
                 one_line(what) + "'");
    return kExitUsage;
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::ppmap
