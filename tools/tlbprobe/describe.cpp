// SPDX-License-Identifier: MIT
#include "tlbprobe/describe.h"

#include "cli/describe_options.h"
#include "cli/tool.h"
#include "render/describe.h"
#include "tlbprobe/report.h"
#include "tlbprobe/samples.h"

namespace pageloupe::tlbprobe {
namespace {

// The schema of the rows, and in it that of the samples.
void describe_levels_schema(Buffer& buffer) {
  constexpr std::string_view kEnd = "}}\n";
  const auto document = document_columns();
  const auto columns = columns_of(tlb_fields());
  describe_schema(kLevelsShape,
                  {.title = "TLBs, measured, declared and published",
                   .document = document,
                   .section = {},
                   .row = columns},
                  buffer);
  buffer.shorten(buffer.size() - kEnd.size());
  append(buffer, samples_schema());
  append(buffer, kEnd);
}

}  // namespace

int describe(const std::string& what, const CommandLine& line, Output& output) {
  auto& buffer = output.buffer();
  if (what == "schema") {
    describe_levels_schema(buffer);
  } else if (what == "schema-reach") {
    const auto document = reach_document_columns();
    const auto columns = columns_of(reach_fields());
    describe_schema(
        kReachShape,
        {.title = "What TLBs cover of a process", .document = document, .section = {}, .row = columns},
        buffer);
  } else if (what == "columns") {
    describe_columns_mdoc(columns_of(tlb_fields()), buffer);
  } else if (what == "columns-reach") {
    describe_columns_mdoc(columns_of(reach_fields()), buffer);
  } else if (what == "options") {
    describe_options_mdoc(line.options(), buffer);
  } else {
    return fail_usage(
        "tlbprobe",
        "--describe is one of schema, schema-reach, columns, columns-reach, options, not '" + what + "'");
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe::tlbprobe
