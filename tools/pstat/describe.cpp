// SPDX-License-Identifier: MIT
#include "pstat/describe.h"

#include "cli/describe_options.h"
#include "cli/run_info.h"
#include "cli/tool.h"
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

}  // namespace

int describe(const std::string& what, const CommandLine& line, Output& output) {
  const auto columns = columns_of(process_fields());
  const auto document = with_run_info(system_columns());
  auto& buffer = output.buffer();
  if (what == "schema") {
    describe_schema(kListShape, {"Processes", document, {}, columns}, buffer);
  } else if (what == "schema-stream") {
    const auto system = system_columns();
    describe_schema(kStreamShape,
                    {.title = "Processes, again and again",
                     .document = run_info_columns(),
                     .section = sample_columns(),
                     .row = columns,
                     .section_more = system},
                    buffer);
  } else if (what == "schema-footprint") {
    describe_schema(kFootprintShape,
                    {"The footprint of a set of processes",
                     with_run_info(footprint_document_columns()),
                     {},
                     footprint_row_columns()},
                    buffer);
  } else if (what == "schema-cow") {
    describe_schema(
        kCowShape,
        {"Workers against their parent", run_info_columns(), cow_sample_columns(), cow_row_columns()},
        buffer);
  } else if (what == "schema-count") {
    describe_schema(kCountShape,
                    {"Counts of events", count_document_columns(), count_sample_columns(), count_columns()},
                    buffer);
  } else if (what == "schema-ipc") {
    describe_schema(kIpcShape,
                    {"Channels between processes", with_run_info(ipc_document_columns()), {}, ipc_columns()},
                    buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns, buffer);
  } else if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else if (what == "completion") {
    describe_completion(line.options(), columns, buffer);
  } else {
    return fail_usage("pstat",
                      "--describe is one of schema, schema-stream, schema-footprint, schema-cow, "
                      "schema-count, schema-ipc, completion, columns, options, not '" +
                          what + "'");
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::pstat
