// SPDX-License-Identifier: MIT
// Completions of a tool for bash, zsh and fish, made of its options and columns.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cli/command_line.h"
#include "render/output.h"
#include "render/writer.h"

namespace pageloupe {

// The columns there are where `option` is given; without a name: where none of the others is.
struct ColumnChoice {
  std::string_view option{};
  std::vector<const Column*> columns{};
};

// Each is a whole file; that of zsh is to be called "_TOOL". Text of strangers (names of running programs) is
// never evaluated by the shell.
void append_bash_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer);
void append_zsh_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer);
void append_fish_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer);

// 'text' as bash and zsh read it: an apostrophe leaves the quotes.
void append_shell_quoted(Buffer& buffer, std::string_view text);

}  // namespace pageloupe
