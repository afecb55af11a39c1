// SPDX-License-Identifier: MIT
#include "ptop/describe.h"

#include "cli/run_info.h"
#include "field/process_fields.h"
#include "ptop/batch.h"
#include "ptop/help.h"
#include "ptop/sample_facts.h"
#include "render/describe.h"

namespace pageloupe::ptop {
namespace {

void append_schema(Buffer& buffer) {
  describe_schema(kStreamShape,
                  {.title = "Processes, again and again",
                   .document = run_info_columns(),
                   .section = sample_columns(),
                   .row = columns_of(process_fields())},
                  buffer);
}

void append_columns(Buffer& buffer) { describe_columns_mdoc(columns_of(process_fields()), buffer); }

constexpr auto kTopics = std::to_array<Topic>({
    {"schema", append_schema},
    {"keys", append_keys_mdoc},
    {"columns", append_columns},
});

}  // namespace

std::span<const Topic> topics() { return kTopics; }

SelfDescription self_description() {
  return {.topics = kTopics, .columns = {{"", columns_of(process_fields())}}};
}

}  // namespace pageloupe::ptop
