// SPDX-License-Identifier: MIT
#include "ptop/describe.h"

#include "cli/describe_options.h"
#include "cli/tool.h"
#include "field/process_fields.h"
#include "ptop/help.h"
#include "render/describe.h"

namespace pageloupe::ptop {

int describe(const std::string& what, const CommandLine& line, Output& output) {
  auto& buffer = output.buffer();
  if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else if (what == "keys") {
    append_keys_mdoc(buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns_of(process_fields()), buffer);
  } else {
    return fail_usage("ptop", "--describe is one of options, keys, columns, not '" + what + "'");
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::ptop
