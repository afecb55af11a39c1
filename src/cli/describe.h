// SPDX-License-Identifier: MIT
// What a tool says of itself to the build: manual page, schemas, completions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command_line.h"
#include "cli/completion.h"

namespace pageloupe {

struct Topic {
  std::string_view name{};
  void (*append)(Buffer&) = nullptr;
};

// A tool's own topics, and the columns that shells complete; those with an option first.
struct SelfDescription {
  std::span<const Topic> topics{};
  std::vector<ColumnChoice> columns{};
};

// --describe: also options, bash, zsh, fish, and topics, which lists them all.
void add_describe_option(CommandLine& line, std::optional<std::string>& to, std::span<const Topic> topics);

// Prints the topic that is called `what`. Returns an exit code: of usage where there is none.
[[nodiscard]] int describe(std::string_view what, const CommandLine& line, const SelfDescription& self,
                           Output& output);

}  // namespace pageloupe
