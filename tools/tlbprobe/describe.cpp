// SPDX-License-Identifier: MIT
#include "tlbprobe/describe.h"

#include "render/describe.h"
#include "tlbprobe/report.h"
#include "tlbprobe/samples.h"

namespace pageloupe::tlbprobe {
namespace {

// The schema of the rows, and in it that of the samples.
void append_levels_schema(Buffer& buffer) {
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

void append_reach_schema(Buffer& buffer) {
  const auto document = reach_document_columns();
  const auto columns = columns_of(reach_fields());
  describe_schema(
      kReachShape,
      {.title = "What TLBs cover of a process", .document = document, .section = {}, .row = columns}, buffer);
}

void append_level_columns(Buffer& buffer) { describe_columns_mdoc(columns_of(tlb_fields()), buffer); }
void append_reach_columns(Buffer& buffer) { describe_columns_mdoc(columns_of(reach_fields()), buffer); }

constexpr auto kTopics = std::to_array<Topic>({
    {"schema", append_levels_schema},
    {"schema-reach", append_reach_schema},
    {"columns", append_level_columns},
    {"columns-reach", append_reach_columns},
});

}  // namespace

std::span<const Topic> topics() { return kTopics; }

SelfDescription self_description() {
  return {.topics = kTopics,
          .columns = {{"--reach", columns_of(reach_fields())}, {"", columns_of(tlb_fields())}}};
}

}  // namespace pageloupe::tlbprobe
