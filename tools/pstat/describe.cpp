// SPDX-License-Identifier: MIT
#include "pstat/describe.h"

#include "cli/describe_options.h"
#include "cli/run_info.h"
#include "field/process_fields.h"
#include "pstat/listing.h"
#include "pstat/system_memory.h"
#include "render/describe.h"

namespace pageloupe::pstat {

int describe(const std::string& what, const CommandLine& line, Output& output) {
  const auto columns = columns_of(process_fields());
  std::vector<const Column*> document(run_info_columns().begin(), run_info_columns().end());
  for (const auto* column : system_columns()) document.push_back(column);
  auto& buffer = output.buffer();
  if (what == "schema") {
    describe_schema(kListShape, {"Processes", document, {}, columns}, buffer);
  } else if (what == "schema-stream") {
    describe_schema(kStreamShape, {"Processes, again and again", document, sample_columns(), columns},
                    buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns, buffer);
  } else if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else {
    return kExitUsage;
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::pstat
