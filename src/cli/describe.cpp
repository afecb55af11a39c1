// SPDX-License-Identifier: MIT
#include "cli/describe.h"

#include <algorithm>
#include <array>

#include "cli/describe_options.h"
#include "cli/message.h"
#include "cli/tool.h"

namespace pageloupe {
namespace {

using Columns = std::span<const ColumnChoice>;

struct SharedTopic {
  std::string_view name{};
  void (*append)(const CommandLine&, Columns, Buffer&) = nullptr;
};
constexpr auto kShared = std::to_array<SharedTopic>({
    {"options",
     [](const CommandLine& line, Columns, Buffer& buffer) { describe_options_mdoc(line.options(), buffer); }},
    {"bash", append_bash_completion},
    {"zsh", append_zsh_completion},
    {"fish", append_fish_completion},
});

constexpr std::string_view kTopics = "topics";

std::string topic_list(std::span<const Topic> topics, std::string_view between) {
  std::string names;
  for (const auto& topic : topics) names += std::string(topic.name) + std::string(between);
  for (const auto& topic : kShared) names += std::string(topic.name) + std::string(between);
  return names + std::string(kTopics);
}

}  // namespace

void add_describe_option(CommandLine& line, std::optional<std::string>& to, std::span<const Topic> topics) {
  line.section("For the build of this program");
  line.text("--describe", "WHAT", to, "print what the documentation is made of: " + topic_list(topics, ", "));
  line.is_for_build();
}

int describe(std::string_view what, const CommandLine& line, const SelfDescription& self, Output& output) {
  auto& buffer = output.buffer();
  const auto* const shared = std::ranges::find(kShared, what, &SharedTopic::name);
  const auto own = std::ranges::find(self.topics, what, &Topic::name);
  if (own != self.topics.end()) {
    own->append(buffer);
  } else if (shared != kShared.end()) {
    shared->append(line, self.columns, buffer);
  } else if (what == kTopics) {
    append(buffer, topic_list(self.topics, "\n") + "\n");
  } else {
    return fail_usage(line.about().tool, "--describe takes one of " + topic_list(self.topics, ", ") +
                                             ", not '" + one_line(what) + "'");
  }
  output.flush();
  return kExitOk;
}

}  // namespace pageloupe
