// SPDX-License-Identifier: MIT
#include "ptop/describe.h"

#include "cli/describe_options.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "field/process_fields.h"
#include "ptop/batch.h"
#include "ptop/help.h"
#include "ptop/sample_facts.h"
#include "render/describe.h"

namespace pageloupe::ptop {

int describe(const std::string& what, const CommandLine& line, Output& output) {
  auto& buffer = output.buffer();
  if (what == "schema") {
    describe_schema(kStreamShape,
                    {.title = "Processes, again and again",
                     .document = run_info_columns(),
                     .section = sample_columns(),
                     .row = columns_of(process_fields())},
                    buffer);
  } else if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else if (what == "keys") {
    append_keys_mdoc(buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns_of(process_fields()), buffer);
  } else {
    return fail_usage("ptop", "--describe is one of schema, options, keys, columns, not '" + what + "'");
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::ptop
