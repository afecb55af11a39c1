// SPDX-License-Identifier: MIT
#include "ppmap/describe.h"

#include <utility>

#include "cli/run_info.h"
#include "field/map_change_fields.h"
#include "field/numa_fields.h"
#include "field/page_fields.h"
#include "field/vma_fields.h"
#include "field/vma_groups.h"
#include "field/wss_fields.h"
#include "ppmap/cost_report.h"
#include "ppmap/diff_report.h"
#include "ppmap/explain_report.h"
#include "ppmap/faults_report.h"
#include "ppmap/limits_report.h"
#include "ppmap/map_report.h"
#include "ppmap/matrix_report.h"
#include "ppmap/numa_facts.h"
#include "ppmap/sharers_report.h"
#include "ppmap/watch_report.h"
#include "ppmap/wss_watch.h"
#include "render/describe.h"

namespace pageloupe::ppmap {
namespace {

using ColumnList = std::vector<const Column*>;

template <auto kColumns>
ColumnList list() {
  const auto columns = kColumns();
  return {columns.begin(), columns.end()};
}
ColumnList none() { return {}; }
ColumnList mapping_columns() { return columns_of(vma_fields()); }
ColumnList change_columns() { return columns_of(map_diff_fields()); }
ColumnList watch_columns() { return columns_of(map_watch_fields()); }

ColumnList group_columns() {
  const VmaGroups groups(vma_fields(), "kind", kGroupSums);
  ColumnList columns(groups.columns().begin(), groups.columns().end());
  for (const std::string_view key : {"path", "perms"})
    columns.push_back(&(**find_field(vma_fields(), key)).column);
  return columns;
}

ColumnList page_columns() { return columns_of(page_fields()); }
ColumnList node_columns() { return columns_of(numa_fields(0)); }
ColumnList wss_columns() { return columns_of(wss_fields()); }

// The facts of a section that has more than a head.
ColumnList with_head(const std::vector<const Column*>& more) {
  auto columns = list<head_columns>();
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}
ColumnList numa_section_columns() { return with_head(numa_facts({}).columns); }
ColumnList wss_section_columns() { return with_head(wss_facts_of_none().columns); }

// Those that a view has of its own, behind the places.
ColumnList own_columns(FieldSpan<VmaRow> fields) { return columns_of(fields.subspan(place_fields().size())); }

// A form of document.
struct Schema {
  std::string_view name;
  const Shape& shape;
  std::string_view title;
  ColumnList (*section)();
  ColumnList (*row)();
  std::string_view row_more = {};
};

constexpr auto kSchemas = std::to_array<Schema>({
    {"schema", kMapShape, "Memory maps of processes", list<head_columns>, mapping_columns},
    {"schema-groups", kGroupShape, "Memory maps, summed up", list<head_columns>, group_columns},
    {"schema-limits", kLimitsShape, "Limits and headroom", list<head_columns>, list<limits_columns>},
    {"schema-faults", kFaultsShape, "Page faults by mapping", faults_section_columns, faults_columns},
    {"schema-sharers", kSharersShape, "Who shares memory", list<sharers_section_columns>,
     list<sharers_columns>},
    {"schema-sharers-matrix", kMatrixShape, "Memory in common, by pairs", none, list<matrix_columns>},
    {"schema-diff", kDiffShape, "What changed between two maps", diff_section_columns, change_columns},
    {"schema-diff-kinds", kKindDiffShape, "What changed between two maps, by kind", diff_section_columns,
     kind_diff_columns},
    {"schema-watch", kWatchShape, "What changes in a map", watch_section_columns, watch_columns},
    {"schema-explain", kExplainShape, "What stands out in the memory of processes", list<head_columns>,
     list<explain_columns>, kFiguresSchema},
    {"schema-pages", kPagesShape, "Pages of mappings", list<head_columns>, page_columns},
    {"schema-numa", kNumaShape, "Pages by node", numa_section_columns, node_columns},
    {"schema-wss", kWssShape, "What was used within a time", wss_section_columns, wss_columns},
    {"schema-cost", kCostShape, "What looking costs", list<head_columns>, list<cost_columns>},
});

void append_schema(const Schema& schema, Buffer& buffer) {
  const auto section = schema.section();
  const auto row = schema.row();
  describe_schema(schema.shape,
                  {.title = schema.title,
                   .document = run_info_columns(),
                   .section = section,
                   .row = row,
                   .row_more = schema.row_more},
                  buffer);
}

ColumnList page_topic() { return own_columns(page_fields()); }
ColumnList numa_topic() { return own_columns(numa_fields(1)); }
ColumnList wss_topic() { return columns_of(wss_fields().subspan(vma_fields().size())); }

template <std::size_t kIndex>
void append_schema_at(Buffer& buffer) {
  append_schema(kSchemas[kIndex], buffer);
}
template <auto kColumns>
void append_columns(Buffer& buffer) {
  describe_columns_mdoc(kColumns(), buffer);
}

// Each schema by its name, and the columns for the man page.
template <std::size_t... I>
constexpr auto make_topics(std::index_sequence<I...> /*schemas*/) {
  return std::to_array<Topic>({{kSchemas[I].name, append_schema_at<I>}...,
                               {"columns", append_columns<mapping_columns>},
                               {"columns-pages", append_columns<page_topic>},
                               {"columns-numa", append_columns<numa_topic>},
                               {"columns-wss", append_columns<wss_topic>}});
}
constexpr auto kTopics = make_topics(std::make_index_sequence<kSchemas.size()>());

}  // namespace

std::span<const Topic> topics() { return kTopics; }

SelfDescription self_description() {
  return {.topics = kTopics,
          .columns = {{"--diff", columns_of(map_diff_fields())},
                      {"--watch", columns_of(map_watch_fields())},
                      {"--pages", columns_of(page_fields())},
                      {"--numa", columns_of(numa_fields(0))},
                      {"--wss", columns_of(wss_fields())},
                      {"--by", group_columns()},
                      {"", columns_of(vma_fields())}}};
}

}  // namespace pageloupe::ppmap
