// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/text.h"
#include "cli/completion.h"
#include "render/format.h"

namespace pageloupe {
namespace {

// Each of the arguments behind what has been typed already: a list up to its last comma, a sign, an
// expression up to its last blank.
constexpr std::string_view kBehind = R"_(
function __pageloupe_@_behind
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l head (string match -r -- $argv[1] "$typed")
    printf '%s\n' "$head[1]"$argv[2..-1]
end

function __pageloupe_@_programs
    cat /proc/*/comm 2> /dev/null | string match -r '^[\w.+-]+$' | sort -u
end

function __pageloupe_@_terminals
    string replace -f -r '^/dev/(pts/\d+)$' '$1' /dev/pts/*
end

)_";

void append_fish_quoted(Buffer& buffer, std::string_view text) {
  buffer.push_back('\'');
  for (const char c : text) {
    if (c == '\'' || c == '\\') buffer.push_back('\\');
    buffer.push_back(c);
  }
  buffer.push_back('\'');
}

void append_replaced(Buffer& buffer, std::string_view text, std::string_view tool) {
  while (!text.empty()) {
    const bool marked = text.contains('@');
    append(buffer, take_until(text, '@'));
    if (marked) append(buffer, tool);
  }
}

void append_column_function(std::string_view tool, std::span<const ColumnChoice> columns, Buffer& buffer) {
  append_format(buffer, "function __pageloupe_{}_columns\n", tool);
  for (const auto& choice : columns) {
    if (!choice.option.empty()) {
      append_format(buffer, "    if string match -qr -- '^{}(=|$)' (commandline -opc) (commandline -ct)\n",
                    choice.option);
    }
    append(buffer, "    printf '%s\\t%s\\n'");
    for (const auto* column : choice.columns) {
      append_format(buffer, " {} ", column->name);
      append_fish_quoted(buffer, column->help);
    }
    append(buffer, choice.option.empty() ? "\n" : "\n    return\n    end\n");
  }
  append(buffer, "end\n");
}

std::string command_of(std::string_view tool, const Completion& completion) {
  const auto function = "__pageloupe_" + std::string(tool);
  switch (completion.offer) {
    case Offer::nothing:
    case Offer::files: return "";
    case Offer::words: {
      std::string words;
      for (const auto& word : completion.words) words += (words.empty() ? "" : " ") + word;
      return words;
    }
    case Offer::columns:
    case Offer::sort_keys:
    case Offer::expression: return "(" + function + "_columns)";
    case Offer::directories:
      return "(__fish_complete_directories (commandline -ct | string replace -r -- '^--[^=]*=' ''))";
    case Offer::processes_or_files:
    case Offer::processes: return "(__fish_complete_pids)";
    case Offer::users: return "(__fish_complete_users)";
    case Offer::groups: return "(__fish_complete_groups)";
    case Offer::terminals: return "(" + function + "_terminals)";
    case Offer::programs: return "(" + function + "_programs)";
  }
  std::unreachable();
}

// What fish evaluates to know the values.
std::string values(std::string_view tool, const Completion& completion) {
  auto command = command_of(tool, completion);
  std::string pattern;
  if (completion.is_list) pattern = ".*,";
  const bool is_signed = completion.offer == Offer::columns || completion.offer == Offer::sort_keys;
  if (completion.offer == Offer::expression) pattern = ".*[ (]";
  if (pattern.empty() && !is_signed) return command;
  return "(__pageloupe_" + std::string(tool) + "_behind '^" +
         (pattern.empty() ? "" : "(?:" + pattern + ")?") + (is_signed ? "[-+]?" : "") + "' " + command + ")";
}

void append_option(std::string_view tool, const OptionInfo& option, Buffer& buffer) {
  append_format(buffer, "complete -c {}", tool);
  std::string_view names = option.names;
  while (!names.empty()) {
    auto name = take_until(names, ',');
    name.remove_prefix(1);
    if (name.starts_with('-')) {
      append_format(buffer, " -l {}", name.substr(1));
    } else {
      append_format(buffer, " -s {}", name);
    }
  }
  if (takes_word(option.value)) {
    const bool takes_files = option.completion.offer == Offer::files;
    const auto offered = values(tool, option.completion);
    // One that may be left out, and of which nothing is known, leaves the next word to others.
    if (!is_optional(option.value) || !offered.empty()) append(buffer, takes_files ? " -r -F" : " -x");
    if (!offered.empty()) {
      append(buffer, " -a ");
      append_fish_quoted(buffer, offered);
    }
  }
  append(buffer, " -d ");
  append_fish_quoted(buffer, option.help);
  append(buffer, "\n");
}

}  // namespace

void append_fish_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer) {
  const auto& tool = line.about().tool;
  append_format(buffer, "# fish completion for {0}, made of its options by {0} --describe fish.\n\n", tool);
  append_column_function(tool, columns, buffer);
  append_replaced(buffer, kBehind, tool);
  const std::string behind_dashes = line.runs_program() ? " -n 'contains -- -- (commandline -opc)'" : "";
  append_format(buffer, "complete -c {} -f\n", tool);
  if (line.runs_program())
    append_format(buffer,
                  "complete -c {}{} -a '(__fish_complete_subcommand --fcs-skip=(contains -i -- -- "
                  "(commandline -opc)))'\n",
                  tool, behind_dashes);
  if (const auto offered = values(tool, line.operand().completion); !offered.empty()) {
    const bool files = line.operand().completion.offer == Offer::processes_or_files;
    append_format(buffer, "complete -c {}{}{} -a ", tool,
                  line.runs_program() ? " -n 'not contains -- -- (commandline -opc)'" : "",
                  files ? " -F" : "");
    append_fish_quoted(buffer, offered);
    append(buffer, "\n");
  }
  for (const auto& option : line.options()) {
    if (!option.for_build) append_option(tool, option, buffer);
  }
}

}  // namespace pageloupe
