// SPDX-License-Identifier: MIT
#include "pstat/describe.h"

#include "cli/run_info.h"
#include "field/process_fields.h"
#include "pstat/count_report.h"
#include "pstat/ipc_report.h"
#include "pstat/listing.h"
#include "pstat/memory_truth.h"
#include "pstat/system_memory.h"
#include "render/describe.h"

namespace pageloupe::pstat {
namespace {

std::vector<const Column*> with_run_info(Columns more) {
  std::vector<const Column*> columns(run_info_columns().begin(), run_info_columns().end());
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

void append_schema(Buffer& buffer) {
  const auto document = with_run_info(system_columns());
  describe_schema(kListShape, {"Processes", document, {}, columns_of(process_fields())}, buffer);
}

void append_stream_schema(Buffer& buffer) {
  const auto system = system_columns();
  describe_schema(kStreamShape,
                  {.title = "Processes, again and again",
                   .document = run_info_columns(),
                   .section = sample_columns(),
                   .row = columns_of(process_fields()),
                   .section_more = system},
                  buffer);
}

void append_footprint_schema(Buffer& buffer) {
  describe_schema(kFootprintShape,
                  {"The footprint of a set of processes",
                   with_run_info(footprint_document_columns()),
                   {},
                   footprint_row_columns()},
                  buffer);
}

void append_cow_schema(Buffer& buffer) {
  describe_schema(
      kCowShape,
      {"Workers against their parent", run_info_columns(), cow_sample_columns(), cow_row_columns()}, buffer);
}

void append_count_schema(Buffer& buffer) {
  describe_schema(kCountShape,
                  {"Counts of events", count_document_columns(), count_sample_columns(), count_columns()},
                  buffer);
}

void append_ipc_schema(Buffer& buffer) {
  describe_schema(kIpcShape,
                  {"Channels between processes", with_run_info(ipc_document_columns()), {}, ipc_columns()},
                  buffer);
}

void append_columns(Buffer& buffer) { describe_columns_mdoc(columns_of(process_fields()), buffer); }

constexpr auto kTopics = std::to_array<Topic>({
    {"schema", append_schema},
    {"schema-stream", append_stream_schema},
    {"schema-footprint", append_footprint_schema},
    {"schema-cow", append_cow_schema},
    {"schema-count", append_count_schema},
    {"schema-ipc", append_ipc_schema},
    {"columns", append_columns},
});

}  // namespace

std::span<const Topic> topics() { return kTopics; }

SelfDescription self_description() {
  return {.topics = kTopics, .columns = {{"", columns_of(process_fields())}}};
}

}  // namespace pageloupe::pstat
